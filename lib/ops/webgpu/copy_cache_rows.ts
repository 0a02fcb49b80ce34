/** Copying runs of cached positions in place; see `../copy_cache_rows.ts`. */
import type { CacheRun } from "../copy_cache_rows.ts";
import { registerGpuKernel } from "./kernel.ts";
import { elementwise } from "./program.ts";

// Row r of the table: the first element of run r in source and target, and how many it has.
const COPY = elementwise("copyCacheRows", {
  buffers: { table: { type: "u32" }, source: {}, cache: { writes: true } },
  args: { longest: "u32" },
  body: `
    let entry = i / args.longest * 3u;
    let at = i % args.longest;
    if (at < table[entry + 2u]) { cache[table[entry + 1u] + at] = source[table[entry] + at]; }`,
});

registerGpuKernel<{ runs: readonly CacheRun[] }>("MaporlCopyCacheRows", (call) => {
  const { inputs, attrs, backend, runElementwise, overwrite } = call;
  const { target, source } = inputs;
  const width = target!.shape[2]!;
  const toCapacity = target!.shape[1]!;
  const fromCapacity = source!.shape[1]!;
  const values = new Int32Array(attrs.runs.length * 3);
  let longest = 0;
  for (const [index, run] of attrs.runs.entries()) {
    const from = (run.fromRow * fromCapacity + run.fromPosition) * width;
    const to = (run.toRow * toCapacity + run.toPosition) * width;
    values.set([from, to, run.count * width], index * 3);
    longest = Math.max(longest, run.count * width);
  }
  const table = backend.makeTensorInfo([attrs.runs.length, 3], "int32", values);
  try {
    overwrite(target!);
    const buffers = { table, source: source!, cache: target! };
    runElementwise(COPY, buffers, { size: attrs.runs.length * longest, longest });
  } finally {
    backend.disposeData(table.dataId);
  }
  return [];
});
