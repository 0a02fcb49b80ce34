/**
 * Replacements of tfjs's generic kernels where training runs through them on large tensors of float32;
 * everything else goes on to tfjs's own kernel.
 */
import * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import { type CpuKernel, type KernelCall, registerCpuKernel, sizeOf } from "./kernel.ts";

/** A replacement answers undefined when the call is not its case. */
type Replacement<A> = (call: KernelCall<A>) => tf.TensorInfo | undefined;

/** Registers a fast path in front of tfjs's kernel of the same name. */
function replaceKernel<A>(kernelName: string, fast: Replacement<A>): void {
  const stock = tf.getKernel(kernelName, "cpu")!.kernelFunc as unknown as CpuKernel<A>;
  registerCpuKernel<A>(kernelName, (call) => fast(call) ?? stock(call));
}

function isFloat(...infos: tf.TensorInfo[]): boolean {
  return infos.every((info) => info.dtype === "float32");
}

function sameShape(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, i) => size === b.shape[i]);
}

/** y of a's shape by a wasm kernel (a, b, y, n). */
function pairwise(
  backend: CpuBackend,
  kernelName: string,
  [a, b]: readonly [tf.TensorInfo, tf.TensorInfo],
): tf.TensorInfo {
  const y = backend.allocate(a.shape, "float32");
  backend.withPointers([a, b, y], (pa, pb, py) => {
    backend.wasm[kernelName]!(pa!, pb!, py!, sizeOf(a));
  });
  return y;
}

/** y = a · factor + term. */
function affine(
  backend: CpuBackend,
  a: tf.TensorInfo,
  { factor, term }: { factor: number; term: number },
): tf.TensorInfo {
  const y = backend.allocate(a.shape, "float32");
  backend.withPointers([a, y], (pa, py) => {
    backend.wasm["affine"]!(pa!, factor, term, py!, sizeOf(a));
  });
  return y;
}

/** The value of a tensor of one element and at most the other's rank, else undefined. */
function scalarOf(backend: CpuBackend, info: tf.TensorInfo, other: tf.TensorInfo) {
  if (sizeOf(info) !== 1 || info.shape.length > other.shape.length) return undefined;
  return backend.float32(info)[0]!;
}

replaceKernel("Add", ({ inputs, backend }) => {
  const { a, b } = inputs as Record<"a" | "b", tf.TensorInfo>;
  if (!isFloat(a, b)) return undefined;
  if (sameShape(a, b)) return pairwise(backend, "add", [a, b]);
  const right = scalarOf(backend, b, a);
  if (right !== undefined) return affine(backend, a, { factor: 1, term: right });
  const left = scalarOf(backend, a, b);
  return left === undefined ? undefined : affine(backend, b, { factor: 1, term: left });
});

replaceKernel("Sub", ({ inputs, backend }) => {
  const { a, b } = inputs as Record<"a" | "b", tf.TensorInfo>;
  if (!isFloat(a, b)) return undefined;
  if (sameShape(a, b)) return pairwise(backend, "subtract", [a, b]);
  const right = scalarOf(backend, b, a);
  if (right !== undefined) return affine(backend, a, { factor: 1, term: -right });
  const left = scalarOf(backend, a, b);
  return left === undefined ? undefined : affine(backend, b, { factor: -1, term: left });
});

replaceKernel("Multiply", ({ inputs, backend }) => {
  const { a, b } = inputs as Record<"a" | "b", tf.TensorInfo>;
  if (!isFloat(a, b)) return undefined;
  if (sameShape(a, b)) return pairwise(backend, "multiply", [a, b]);
  const right = scalarOf(backend, b, a);
  if (right !== undefined) return affine(backend, a, { factor: right, term: 0 });
  const left = scalarOf(backend, a, b);
  return left === undefined ? undefined : affine(backend, b, { factor: left, term: 0 });
});

replaceKernel("Neg", ({ inputs, backend }) => {
  const x = inputs["x"]!;
  return isFloat(x) ? affine(backend, x, { factor: -1, term: 0 }) : undefined;
});

replaceKernel("Square", ({ inputs, backend }) => {
  const x = inputs["x"]!;
  return isFloat(x) ? pairwise(backend, "multiply", [x, x]) : undefined;
});

replaceKernel("AddN", ({ inputs, backend }) => {
  const terms = Object.values(inputs); // tfjs passes an array's elements under "0", "1", …
  const first = terms[0]!;
  if (terms.length < 2 || !terms.every((term) => isFloat(term) && sameShape(term, first))) {
    return undefined;
  }
  const y = pairwise(backend, "add", [first, terms[1]!]);
  for (const term of terms.slice(2)) {
    backend.withPointers([term, y], (pt, py) => {
      backend.wasm["axpy"]!(pt!, 1, py!, sizeOf(first));
    });
  }
  return y;
});

// Gradients of one tensor are added up; the first is nobody else's.
registerCpuKernel("MaporlAddInPlace", ({ inputs, backend }) => {
  const { sum, term } = inputs as Record<"sum" | "term", tf.TensorInfo>;
  backend.withPointers([term, sum], (pt, ps) => {
    backend.wasm["axpy"]!(pt!, 1, ps!, sizeOf(sum));
  });
  return [];
});

replaceKernel<{ axis: number | number[] }>("Sum", ({ inputs, attrs, backend }) => {
  const x = inputs["x"]!;
  const axes = new Set(tf.util.parseAxisParam(attrs.axis, x.shape));
  if (!isFloat(x) || axes.size !== x.shape.length || x.shape.length === 0) return undefined;
  const y = backend.allocate([], "float32");
  backend.float32(y)[0] = backend.withPointers(
    [x],
    (px) => backend.wasm["sum"]!(px!, sizeOf(x)),
  );
  return y;
});

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims: number;
}

replaceKernel<GatherAttrs>("GatherV2", ({ inputs, attrs, backend }) => {
  const { x, indices } = inputs as Record<"x" | "indices", tf.TensorInfo>;
  const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
  if (!isFloat(x) || axis !== 0 || attrs.batchDims !== 0 || indices.dtype !== "int32") {
    return undefined;
  }
  const numEntries = x.shape[0]!;
  const width = sizeOf(x) / Math.max(1, numEntries);
  // tfjs refuses what lies outside of the table; so does this path.
  for (const index of backend.int32(indices)) {
    if (index < 0 || index >= numEntries) return undefined;
  }
  const y = backend.allocate([...indices.shape, ...x.shape.slice(1)], "float32");
  backend.withPointers([x, indices, y], (px, pi, py) => {
    backend.wasm["gatherRows"]!(px!, pi!, py!, sizeOf(indices), width, numEntries);
  });
  return y;
});

// The gradient of a gather; tfjs's own kernel takes a pass over all rows for every segment.
replaceKernel<{ numSegments: number }>("UnsortedSegmentSum", ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as Record<"x" | "segmentIds", tf.TensorInfo>;
  if (!isFloat(x) || segmentIds.dtype !== "int32" || segmentIds.shape.length !== 1) {
    return undefined;
  }
  const count = sizeOf(segmentIds);
  const width = sizeOf(x) / Math.max(1, count);
  const y = backend.allocate([attrs.numSegments, ...x.shape.slice(1)], "float32");
  backend.float32(y).fill(0);
  backend.withPointers([x, segmentIds, y], (px, ps, py) => {
    backend.wasm["scatterAddRows"]!(px!, ps!, py!, count, width, attrs.numSegments);
  });
  return y;
});
