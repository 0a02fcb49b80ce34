import * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../cpu_backend.ts";
import { copyRun } from "./copy_block.ts";
import { type CpuKernelCall, elementsOf, isNumeric, plainKernel } from "./kernel.ts";

/** Joins tensors of one numeric type along an axis into a new tensor of the given shape. */
function join(
  backend: CpuBackend,
  parts: readonly tf.TensorInfo[],
  out: { shape: number[]; axis: number; dtype: "float32" | "int32" },
): tf.TensorInfo {
  const result = backend.allocate(out.shape, out.dtype);
  const to = elementsOf(backend, result);
  const numRuns = out.shape.slice(0, out.axis).reduce((product, length) => product * length, 1);
  const stride = to.length / numRuns;
  let column = 0;
  for (const part of parts) {
    const from = elementsOf(backend, part);
    const run = from.length / numRuns;
    for (let i = 0; i < numRuns; i++) copyRun(from, to, [i * run, i * stride + column, run]);
    column += run;
  }
  return result;
}

function listOf(inputs: CpuKernelCall["inputs"]): tf.TensorInfo[] {
  return inputs as unknown as tf.TensorInfo[];
}

/**
 * tfjs's `Concat`.
 *
 * @param call Inputs as a list; attribute `axis`.
 * @returns A new tensor.
 */
export function concat(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const parts = listOf(call.inputs);
  const first = parts[0]!;
  if (!isNumeric(first) || parts.some(({ dtype }) => dtype !== first.dtype)) {
    return plainKernel(tf.Concat, call);
  }
  const [axis] = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, first.shape) as [
    number,
  ];
  const shapes = parts.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const shape = tf.backend_util.computeOutShape(shapes, axis);
  if (tf.util.sizeFromShape(shape) === 0) return call.backend.allocate(shape, first.dtype);
  return join(call.backend, parts, { shape, axis, dtype: first.dtype });
}

/**
 * tfjs's `Pack`.
 *
 * @param call Inputs as a list of tensors of one shape; attribute `axis`, counted in the result.
 * @returns A new tensor with one axis more.
 */
export function pack(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const parts = listOf(call.inputs);
  const first = parts[0]!;
  if (!isNumeric(first) || parts.some(({ dtype }) => dtype !== first.dtype)) {
    return plainKernel(tf.Pack, call);
  }
  for (const { shape } of parts) {
    tf.util.assertShapesMatch(
      first.shape,
      shape,
      "All tensors passed to stack must have one shape",
    );
  }
  const { axis: given } = call.attrs as { axis: number };
  const axis = given < 0 ? given + first.shape.length + 1 : given;
  const shape = first.shape.toSpliced(axis, 0, parts.length);
  if (tf.util.sizeFromShape(shape) === 0) return call.backend.allocate(shape, first.dtype);
  return join(call.backend, parts, { shape, axis, dtype: first.dtype });
}
