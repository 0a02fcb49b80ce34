/** Writing into a cache in place; see `../write_cache.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const WRITE = elementwise("writeCache", {
  buffers: { cache: { writes: true }, source: {}, places: { type: "u32" } },
  args: { width: "u32", stored: "u32" },
  body: `
  let token = 2u * (i / args.width);
  let at = places[token] * args.stored + places[token + 1u];
  cache[at * args.width + i % args.width] = source[i];`,
});

registerGpuKernel("MaporlWriteCache", (call) => {
  const { inputs, runElementwise, overwrite } = call;
  const { cache, update, places } = inputs;
  const [, stored, width] = cache!.shape as [number, number, number];
  overwrite(cache!);
  runElementwise(WRITE, { cache: cache!, source: update!, places: places! }, {
    ...{ size: sizeOf(update!), width, stored },
  });
  return [];
});
