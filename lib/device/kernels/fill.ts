import * as tf from "@tensorflow/tfjs";
import { type CpuKernelCall, elementsOf, isNumeric, plainKernel } from "./kernel.ts";

function filled(
  { backend }: CpuKernelCall,
  shape: readonly number[],
  { value, dtype }: { value: number; dtype: "float32" | "int32" },
): tf.TensorInfo {
  const out = backend.allocate([...shape], dtype);
  elementsOf(backend, out).fill(value);
  return out;
}

/**
 * tfjs's `Fill`.
 *
 * @param call Attributes `shape`, `value` and optionally `dtype`.
 * @returns A new tensor.
 */
export function fill(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const { shape, value, dtype: given } = call.attrs as {
    shape: number[];
    value: number | string;
    dtype?: tf.DataType;
  };
  const dtype = given || tf.util.inferDtype(value);
  if (typeof value !== "number" || (dtype !== "float32" && dtype !== "int32")) {
    return plainKernel(tf.Fill, call);
  }
  return filled(call, shape, { value, dtype });
}

/**
 * tfjs's `ZerosLike`.
 *
 * @param call Input `x`.
 * @returns Zeros of its shape and type.
 */
export function zerosLike(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const x = call.inputs["x"]!;
  if (!isNumeric(x)) return plainKernel(tf.ZerosLike, call);
  return filled(call, x.shape, { value: 0, dtype: x.dtype });
}

/**
 * tfjs's `OnesLike`.
 *
 * @param call Input `x`.
 * @returns Ones of its shape and type.
 */
export function onesLike(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const x = call.inputs["x"]!;
  if (!isNumeric(x)) return plainKernel(tf.OnesLike, call);
  return filled(call, x.shape, { value: 1, dtype: x.dtype });
}
