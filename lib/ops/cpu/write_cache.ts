/** Writing into a cache in place; see `../write_cache.ts`. */
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel<{ position: number }>("MaporlWriteCache", ({ inputs, attrs, backend }) => {
  const cache = inputs["cache"]!;
  const update = inputs["update"]!;
  const [batch, capacity, width] = cache.shape as [number, number, number];
  const block = update.shape[1]! * width;
  const target = backend.float32(cache);
  const source = backend.float32(update);
  for (let b = 0; b < batch; b++) {
    const at = (b * capacity + attrs.position) * width;
    target.set(source.subarray(b * block, (b + 1) * block), at);
  }
  backend.wrote(cache);
  return [];
});
