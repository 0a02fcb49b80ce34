/** Writing into a cache in place; see `../write_cache.ts`. */
import { ELEMENTS, registerCpuKernel } from "./kernel.ts";

registerCpuKernel("MaporlWriteCache", ({ inputs, backend }) => {
  const { cache, update, slots } = inputs;
  const [count, width] = update!.shape as [number, number];
  const stored = cache!.shape[1]!;
  const options = { count, grain: Math.ceil(ELEMENTS / width) };
  backend.withPointers([update!, slots!, cache!], (pu, pp, pc) => {
    backend.spread("placeRows", options, (from, to) => [
      pu! + from * width * 4,
      pp! + from * 8,
      pc!,
      to - from,
      width,
      stored,
    ]);
  });
  backend.wrote(cache!);
  return [];
});
