/**
 * Replacements of tfjs's generic arithmetic where training runs through it on large tensors of float32;
 * everything else goes on to tfjs's own kernel.
 */
import type * as tf from "@tensorflow/tfjs";
import { util } from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import { ELEMENTS, type KernelCall, registerCpuKernel, replaceKernel, sizeOf } from "./kernel.ts";

/** y = a · factor + term. */
interface Affine {
  readonly factor: number;
  readonly term: number;
}

function isFloat(...infos: tf.TensorInfo[]): boolean {
  return infos.every((info) => info.dtype === "float32");
}

function sameShape(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, i) => size === b.shape[i]);
}

/** y of a's shape by a wasm kernel (a, b, y, n). */
function pairwise<A>(
  { backend, allocate }: KernelCall<A>,
  kernelName: string,
  [a, b]: readonly [tf.TensorInfo, tf.TensorInfo],
): tf.TensorInfo {
  const y = allocate(a.shape, "float32");
  backend.withPointers([a, b, y], (pa, pb, py) => {
    const options = { count: sizeOf(a), grain: ELEMENTS, align: 16 };
    backend.spread(kernelName, options, (from, to) => [
      ...[pa!, pb!, py!].map((pointer) => pointer + from * 4),
      to - from,
    ]);
  });
  return y;
}

function affine<A>(
  { backend, allocate }: KernelCall<A>,
  a: tf.TensorInfo,
  { factor, term }: Affine,
): tf.TensorInfo {
  const y = allocate(a.shape, "float32");
  backend.withPointers([a, y], (pa, py) => {
    const options = { count: sizeOf(a), grain: ELEMENTS, align: 16 };
    backend.spread("affine", options, (from, to) => [
      pa! + from * 4,
      factor,
      term,
      py! + from * 4,
      to - from,
    ]);
  });
  return y;
}

/** A kernel of two tensors of one shape, or of one and a scalar on its right or left. */
function replaceBinary(
  kernelName: string,
  { same, right, left }: {
    readonly same: string;
    readonly right: (scalar: number) => Affine;
    readonly left: (scalar: number) => Affine;
  },
): void {
  replaceKernel(kernelName, (call) => {
    const { a, b } = call.inputs as Record<"a" | "b", tf.TensorInfo>;
    if (!isFloat(a, b)) return undefined;
    if (sameShape(a, b)) return pairwise(call, same, [a, b]);
    const scalarOf = (info: tf.TensorInfo): number => call.backend.float32(info)[0]!;
    // A tensor of one element and more axes than the other would change the other's shape.
    if (sizeOf(b) === 1 && b.shape.length <= a.shape.length) {
      return affine(call, a, right(scalarOf(b)));
    }
    if (sizeOf(a) === 1 && a.shape.length <= b.shape.length) {
      return affine(call, b, left(scalarOf(a)));
    }
    return undefined;
  });
}

replaceBinary("Add", {
  same: "add",
  right: (scalar) => ({ factor: 1, term: scalar }),
  left: (scalar) => ({ factor: 1, term: scalar }),
});

replaceBinary("Sub", {
  same: "subtract",
  right: (scalar) => ({ factor: 1, term: -scalar }),
  left: (scalar) => ({ factor: -1, term: scalar }),
});

replaceBinary("Multiply", {
  same: "multiply",
  right: (scalar) => ({ factor: scalar, term: 0 }),
  left: (scalar) => ({ factor: scalar, term: 0 }),
});

replaceKernel("Neg", (call) => {
  const x = call.inputs["x"]!;
  return isFloat(x) ? affine(call, x, { factor: -1, term: 0 }) : undefined;
});

replaceKernel("Square", (call) => {
  const x = call.inputs["x"]!;
  return isFloat(x) ? pairwise(call, "multiply", [x, x]) : undefined;
});

replaceKernel("AddN", (call) => {
  const { inputs, backend } = call;
  const terms = Object.values(inputs); // tfjs passes an array's elements under "0", "1", …
  const first = terms[0]!;
  if (terms.length < 2 || !terms.every((term) => isFloat(term) && sameShape(term, first))) {
    return undefined;
  }
  const y = pairwise(call, "add", [first, terms[1]!]);
  for (const term of terms.slice(2)) addInPlace(backend, y, term);
  return y;
});

function addInPlace(backend: CpuBackend, sum: tf.TensorInfo, term: tf.TensorInfo): void {
  backend.withPointers([term, sum], (pt, ps) => {
    const options = { count: sizeOf(sum), grain: ELEMENTS, align: 16 };
    backend.spread("axpy", options, (from, to) => [pt! + from * 4, 1, ps! + from * 4, to - from]);
  });
}

// Gradients of one tensor are added up in place; see `../gradients.ts`.
registerCpuKernel("MaporlAddInPlace", ({ inputs, backend }) => {
  const { sum, term } = inputs as Record<"sum" | "term", tf.TensorInfo>;
  addInPlace(backend, sum, term);
  backend.wrote(sum);
  return [];
});

replaceKernel<{ axis: number | number[] }>("Sum", ({ inputs, attrs, backend, allocate }) => {
  const x = inputs["x"]!;
  const axes = new Set(util.parseAxisParam(attrs.axis, x.shape));
  if (!isFloat(x) || axes.size !== x.shape.length || x.shape.length === 0) return undefined;
  const y = allocate([], "float32");
  const options = { count: sizeOf(x), grain: ELEMENTS, align: 512 };
  const sums = backend.withPointers(
    [x],
    (px) => backend.spread("sum", options, (from, to) => [px! + from * 4, to - from]),
  );
  backend.float32(y)[0] = sums.reduce((total, sum) => total + sum, 0);
  return y;
});
