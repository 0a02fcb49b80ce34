/** Many tensors times one factor. */
import * as tf from "@tensorflow/tfjs";
import { indexed } from "./indexed.ts";
import { ownsData } from "./own_data.ts";
import { hasKernel, runKernel } from "./run_kernel.ts";

/**
 * Multiplies tensors by one factor. Where the backend can, in place: then a tensor that shares its memory
 * with none comes back itself, and otherwise it is disposed for a new one. Not differentiable.
 *
 * @param tensors Tensors of float32, given up to this call.
 * @param factor The factor.
 * @returns The products, in order; owned by the caller.
 */
export function scaled(tensors: readonly tf.Tensor[], factor: number): tf.Tensor[] {
  if (!hasKernel("MaporlScale")) return scaledReference(tensors, factor);
  const own = tensors.filter(ownsData);
  if (own.length > 0) tf.dispose(runKernel("MaporlScale", indexed("x", own), { factor }));
  const owned = new Set(own);
  return tensors.map((x) => owned.has(x) ? x : scaledReference([x], factor)[0]!);
}

/**
 * {@linkcode scaled} by plain tfjs ops.
 *
 * @param tensors Tensors of float32; disposed.
 * @param factor The factor.
 * @returns New tensors.
 */
export function scaledReference(tensors: readonly tf.Tensor[], factor: number): tf.Tensor[] {
  return tensors.map((x) => {
    const product = tf.mul(x, factor);
    x.dispose();
    return product;
  });
}
