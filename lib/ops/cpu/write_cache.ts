/** Writing into a cache in place; see `../write_cache.ts`. */
import { ELEMENTS, registerCpuKernel } from "./kernel.ts";

registerCpuKernel<{ position: number }>("MaporlWriteCache", ({ inputs, attrs, backend }) => {
  const cache = inputs["cache"]!;
  const update = inputs["update"]!;
  const [batch, capacity, width] = cache.shape as [number, number, number];
  const block = update.shape[1]! * width;
  const options = { count: batch, grain: Math.ceil(ELEMENTS / block) };
  backend.withPointers([update, cache], (pu, pc) => {
    backend.spread("copyBlocks", options, (from, to) => [
      ...[pu! + from * block * 4, pc! + (from * capacity + attrs.position) * width * 4],
      ...[to - from, block, capacity * width],
    ]);
  });
  backend.wrote(cache);
  return [];
});
