/** Writing into a cache in place; see `../write_cache.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const WRITE = elementwise("writeCache", {
  buffers: { cache: { writes: true }, source: {}, slots: { type: "u32" } },
  args: { width: "u32", stored: "u32" },
  body: `
  let token = 2u * (i / args.width);
  let at = slots[token] * args.stored + slots[token + 1u];
  cache[at * args.width + i % args.width] = source[i];`,
});

registerGpuKernel("MaporlWriteCache", (call) => {
  const { inputs, runElementwise, overwrite } = call;
  const { cache, update, slots } = inputs;
  const [, stored, width] = cache!.shape as [number, number, number];
  overwrite(cache!);
  runElementwise(WRITE, { cache: cache!, source: update!, slots: slots! }, {
    size: sizeOf(update!),
    width,
    stored,
  });
  return [];
});
