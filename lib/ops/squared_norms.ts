/** Squared norms of many tensors at once. */
import * as tf from "@tensorflow/tfjs";
import { indexed } from "./indexed.ts";
import { hasKernel, runKernel } from "./run_kernel.ts";

/**
 * Σ x² of each tensor. Not differentiable.
 *
 * @param tensors N tensors of float32, any shapes, at least one.
 * @returns Shape [N].
 */
export function squaredNorms(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  if (!hasKernel("MaporlSquaredNorms")) return squaredNormsReference(tensors);
  return runKernel("MaporlSquaredNorms", indexed("x", tensors))[0] as tf.Tensor1D;
}

/**
 * {@linkcode squaredNorms} by plain tfjs ops.
 *
 * @param tensors N tensors of float32.
 * @returns Shape [N].
 */
export function squaredNormsReference(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(
    "squaredNormsReference",
    () => tf.stack(tensors.map((x) => tf.sum(tf.square(x)))) as tf.Tensor1D,
  );
}
