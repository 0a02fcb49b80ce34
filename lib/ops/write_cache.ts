/** Puts keys or values into a cache. */
import * as tf from "@tensorflow/tfjs";
import { ownsData } from "./own_data.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * Writes each token's keys or values to its slot in a cache. Where the backend can, this happens in
 * place and the same tensor comes back; elsewhere a new tensor comes back and the old one is disposed.
 * Either way the caller owns the result: no surrounding `tf.tidy` frees it. Not differentiable.
 *
 * @param cache Shape [B, S, K*C]; owned by the caller and given up to this call.
 * @param update Shape [N, K*C].
 * @param slots Shape [N, 2], int32: each token's row, below B, and position in it, below S; no two alike.
 * Nobody checks them.
 * @returns The cache to use from now on. Shape [B, S, K*C].
 * @throws {RangeError} If the shapes do not fit.
 */
export function writeCache(
  cache: tf.Tensor3D,
  update: tf.Tensor2D,
  slots: tf.Tensor2D,
): tf.Tensor3D {
  if (cache.shape[2] !== update.shape[1]) {
    throw shapeError("writeCache", "cache [B, S, W] and update [N, W] must fit", cache, update);
  }
  if (slots.shape[0] !== update.shape[0] || slots.shape[1] !== 2) {
    throw shapeError("writeCache", "slots must be [N, 2] for update [N, W]", slots, update);
  }
  if (!hasKernel("MaporlWriteCache") || !ownsData(cache)) {
    return writeCacheReference(cache, update, slots);
  }
  tf.dispose(runKernel("MaporlWriteCache", { cache, update, slots }));
  return cache;
}

/**
 * {@linkcode writeCache} by plain tfjs ops.
 *
 * @param cache Shape [B, S, K*C]; disposed.
 * @param update Shape [N, K*C].
 * @param slots Shape [N, 2].
 * @returns A new tensor. Shape [B, S, K*C].
 */
export function writeCacheReference(
  cache: tf.Tensor3D,
  update: tf.Tensor2D,
  slots: tf.Tensor2D,
): tf.Tensor3D {
  const written = tf.tidy(() => tf.tensorScatterUpdate(cache, slots, update));
  cache.dispose();
  return tf.keep(written) as tf.Tensor3D;
}
