/** Copying runs of cached positions in place; see `../copy_cache_rows.ts`. */
import type { CacheRun } from "../copy_cache_rows.ts";
import { ELEMENTS, registerCpuKernel, withScratch } from "./kernel.ts";

registerCpuKernel<{ runs: readonly CacheRun[] }>(
  "MaporlCopyCacheRows",
  ({ inputs, attrs: { runs }, backend }) => {
    const target = inputs["target"]!;
    const source = inputs["source"]!;
    const width = target.shape[2]!;
    const numPositions = runs.reduce((sum, { count }) => sum + count, 0);
    if (numPositions === 0) return [];
    const grain = Math.ceil(ELEMENTS * runs.length / (numPositions * width));
    withScratch(backend, 3 * runs.length, (scratch, { buffer }) => {
      const words = new Uint32Array(buffer, scratch, 3 * runs.length);
      for (const [index, run] of runs.entries()) {
        words[3 * index] = run.fromRow * source.shape[1]! + run.fromPosition;
        words[3 * index + 1] = run.toRow * target.shape[1]! + run.toPosition;
        words[3 * index + 2] = run.count;
      }
      backend.withPointers([source, target], (from, to) => {
        backend.spread("copyRuns", { count: runs.length, grain }, (first, last) => [
          from!,
          to!,
          scratch,
          first,
          last,
          width,
        ]);
      });
    });
    backend.wrote(target);
    return [];
  },
);
