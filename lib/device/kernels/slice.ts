import * as tf from "@tensorflow/tfjs";
import { type CpuKernelCall, elementsOf, isNumeric, plainKernel } from "./kernel.ts";
import { copyRun } from "./copy_block.ts";
import type { CpuBackend } from "../cpu_backend.ts";

/**
 * Copies a block out of a numeric tensor, run by run of what is contiguous in it.
 *
 * @param backend The backend that holds it.
 * @param x Float32 or int32, any shape.
 * @param block First index and size along each axis.
 * @returns A new tensor.
 */
function copyBlock(
  backend: CpuBackend,
  x: tf.TensorInfo & { dtype: "float32" | "int32" },
  { begin, size }: { begin: readonly number[]; size: readonly number[] },
): tf.TensorInfo {
  const out = backend.allocate([...size], x.dtype);
  const from = elementsOf(backend, x);
  const to = elementsOf(backend, out);
  if (to.length === 0) return out;
  // Axes from `inner` on are copied whole, so a run spans them and one axis more.
  let inner = x.shape.length;
  while (inner > 0 && size[inner - 1] === x.shape[inner - 1]) inner--;
  const runAxis = Math.max(0, inner - 1);
  const run = size.slice(runAxis).reduce((product, length) => product * length, 1);
  const strides = x.shape.map((_, axis) =>
    x.shape.slice(axis + 1).reduce((product, length) => product * length, 1)
  );
  const index = new Array<number>(runAxis).fill(0);
  let start = begin.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
  for (let at = 0; at < to.length; at += run) {
    copyRun(from, to, [start, at, run]);
    for (let axis = runAxis - 1; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++index[axis]! < size[axis]!) break;
      start -= size[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * tfjs's `Slice`.
 *
 * @param call Input `x`; attributes `begin` and `size`.
 * @returns A new tensor.
 */
export function slice(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const x = call.inputs["x"]!;
  if (!isNumeric(x)) return plainKernel(tf.Slice, call);
  const attributes = call.attrs as { begin: number[]; size: number[] };
  const [begin, size] = tf.slice_util.parseSliceParams(
    x as unknown as tf.Tensor,
    attributes.begin,
    attributes.size,
  ) as [number[], number[]];
  tf.slice_util.assertParamsValid(x as unknown as tf.Tensor, begin, size);
  return copyBlock(call.backend, x, { begin, size });
}

/**
 * tfjs's `SplitV`.
 *
 * @param call Input `x`; attributes `numOrSizeSplits` and `axis`.
 * @returns The parts.
 */
export function splitV(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const x = call.inputs["x"]!;
  if (!isNumeric(x)) return plainKernel(tf.SplitV, call);
  const attributes = call.attrs as { numOrSizeSplits: number | number[]; axis: number };
  const [axis] = tf.util.parseAxisParam(attributes.axis, x.shape) as [number];
  const sizes = tf.backend_util.prepareSplitSize(
    x as unknown as tf.Tensor,
    attributes.numOrSizeSplits,
    axis,
  );
  const begin = x.shape.map(() => 0);
  return sizes.map((length) => {
    const size = x.shape.with(axis, length);
    const part = copyBlock(call.backend, x, { begin, size });
    begin[axis]! += length;
    return part;
  });
}

/**
 * tfjs's `Unpack`.
 *
 * @param call Input `value`; attribute `axis`.
 * @returns One tensor for each index of the axis, without that axis.
 */
export function unpack(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const value = call.inputs["value"]!;
  if (!isNumeric(value)) return plainKernel(tf.Unpack, call);
  const [axis] = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, value.shape) as [
    number,
  ];
  return Array.from({ length: value.shape[axis]! }, (_, i) => {
    const block = {
      begin: value.shape.map((_, at) => at === axis ? i : 0),
      size: value.shape.with(axis, 1),
    };
    return { ...copyBlock(call.backend, value, block), shape: value.shape.toSpliced(axis, 1) };
  });
}
