/** Replacements of tfjs's generic gather of rows and of its gradient. */
import type * as tf from "@tensorflow/tfjs";
import { util } from "@tensorflow/tfjs";
import { scatterAdd } from "./embedding.ts";
import { replaceKernel, sizeOf } from "./kernel.ts";

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims: number;
}

replaceKernel<GatherAttrs>("GatherV2", ({ inputs, attrs, backend, allocate }) => {
  const { x, indices } = inputs as Record<"x" | "indices", tf.TensorInfo>;
  const [axis] = util.parseAxisParam(attrs.axis, x.shape);
  const isRows = axis === 0 && attrs.batchDims === 0;
  if (x.dtype !== "float32" || indices.dtype !== "int32" || !isRows) return undefined;
  const numEntries = x.shape[0]!;
  const width = sizeOf(x) / Math.max(1, numEntries);
  // tfjs refuses what lies outside of the table; so does this path, by passing it on.
  for (const index of backend.int32(indices)) {
    if (index < 0 || index >= numEntries) return undefined;
  }
  const y = allocate([...indices.shape, ...x.shape.slice(1)], "float32");
  backend.withPointers([x, indices, y], (px, pi, py) => {
    backend.wasm["gatherRows"]!(px!, pi!, py!, sizeOf(indices), width, numEntries);
  });
  return y;
});

// tfjs's own kernel takes a pass over all rows for every segment.
replaceKernel<{ numSegments: number }>(
  "UnsortedSegmentSum",
  ({ inputs, attrs, backend, allocate }) => {
    const { x, segmentIds } = inputs as Record<"x" | "segmentIds", tf.TensorInfo>;
    const isRows = segmentIds.dtype === "int32" && segmentIds.shape.length === 1;
    if (x.dtype !== "float32" || !isRows) return undefined;
    const count = sizeOf(segmentIds);
    const width = sizeOf(x) / Math.max(1, count);
    const y = allocate([attrs.numSegments, ...x.shape.slice(1)], "float32");
    scatterAdd(backend, { rows: x, ids: segmentIds, table: y }, [count, width, attrs.numSegments]);
    return y;
  },
);
