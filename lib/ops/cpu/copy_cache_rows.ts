/** Copying runs of cached positions in place; see `../copy_cache_rows.ts`. */
import type { CacheRun } from "../copy_cache_rows.ts";
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel<{ runs: readonly CacheRun[] }>(
  "MaporlCopyCacheRows",
  ({ inputs, attrs, backend }) => {
    const target = inputs["target"]!;
    const source = inputs["source"]!;
    const width = target.shape[2]!;
    const [to, from] = [backend.float32(target), backend.float32(source)];
    for (const { fromRow, fromPosition, toRow, toPosition, count } of attrs.runs) {
      const first = (fromRow * source.shape[1]! + fromPosition) * width;
      const run = from.subarray(first, first + count * width);
      to.set(run, (toRow * target.shape[1]! + toPosition) * width);
    }
    return [];
  },
);
