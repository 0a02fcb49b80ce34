import * as tf from "@tensorflow/tfjs";
import { type CpuKernelCall, elementsOf, plainKernel } from "./kernel.ts";

/**
 * tfjs's `Cast`. To the same type it shares the data; to another it converts. (tfjs's own shares an
 * integer array with a "float32" tensor; native code would read its bits as floats.)
 *
 * @param call Input `x`; attribute `dtype`.
 * @returns The tensor in the other type.
 */
export function cast(call: CpuKernelCall): tf.TensorInfo | tf.TensorInfo[] {
  const { backend } = call;
  const x = call.inputs["x"]!;
  const { dtype } = call.attrs as { dtype: tf.DataType };
  if (x.dtype === dtype) {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype };
  }
  const converts = (dtype === "float32" || dtype === "int32") &&
    (x.dtype === "float32" || x.dtype === "int32" || x.dtype === "bool");
  if (!converts) return plainKernel(tf.Cast, call);
  const out = backend.allocate(x.shape, dtype);
  // Typed arrays convert as they are set: towards zero from float to integer.
  elementsOf(backend, out).set(backend.data.get(x.dataId).values as Float32Array);
  return out;
}
