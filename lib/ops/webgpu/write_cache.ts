/** Writing into a cache in place; see `../write_cache.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const WRITE = elementwise("writeCache", {
  buffers: { cache: { writes: true }, source: {} },
  args: { block: "u32", stride: "u32", offset: "u32" },
  body: "cache[i / args.block * args.stride + args.offset + i % args.block] = source[i];",
});

registerGpuKernel<{ position: number }>("MaporlWriteCache", (call) => {
  const { inputs, attrs, runElementwise, overwrite } = call;
  const { cache, update } = inputs;
  const [, capacity, width] = cache!.shape as [number, number, number];
  overwrite(cache!);
  runElementwise(WRITE, { cache: cache!, source: update! }, {
    size: sizeOf(update!),
    block: update!.shape[1]! * width, // of one row
    stride: capacity * width,
    offset: attrs.position * width,
  });
  return [];
});
