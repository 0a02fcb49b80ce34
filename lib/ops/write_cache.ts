/** Appends keys or values to a cache. */
import * as tf from "@tensorflow/tfjs";
import { ownsData } from "./own_data.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * Writes `update` into positions position … position+T−1 of a cache. Where the backend can, this
 * happens in place and the same tensor comes back; elsewhere a new tensor comes back and the old one
 * is disposed. Either way the caller owns the result: no surrounding `tf.tidy` frees it.
 * Not differentiable.
 *
 * @param cache Shape [B, S, K*C]; owned by the caller and given up to this call.
 * @param update Shape [B, T, K*C].
 * @param position First position to write, at least 0 and at most S−T.
 * @returns The cache to use from now on. Shape [B, S, K*C].
 * @throws {RangeError} If the update does not fit into the cache.
 */
export function writeCache(
  cache: tf.Tensor3D,
  update: tf.Tensor3D,
  position: number,
): tf.Tensor3D {
  if (cache.shape[0] !== update.shape[0] || cache.shape[2] !== update.shape[2]) {
    throw shapeError("writeCache", "cache [B, S, W] and update [B, T, W] must fit", cache, update);
  }
  if (!(position >= 0 && position + update.shape[1] <= cache.shape[1])) {
    throw shapeError("writeCache", `position ${position} + T must be at most S`, cache, update);
  }
  if (!hasKernel("MaporlWriteCache") || !ownsData(cache)) {
    return writeCacheReference(cache, update, position);
  }
  tf.dispose(runKernel("MaporlWriteCache", { cache, update }, { position }));
  return cache;
}

/**
 * {@linkcode writeCache} by plain tfjs ops.
 *
 * @param cache Shape [B, S, K*C]; disposed.
 * @param update Shape [B, T, K*C].
 * @param position First position to write.
 * @returns A new tensor. Shape [B, S, K*C].
 */
export function writeCacheReference(
  cache: tf.Tensor3D,
  update: tf.Tensor3D,
  position: number,
): tf.Tensor3D {
  const [numRows, capacity, width] = cache.shape;
  const end = position + update.shape[1];
  const written = tf.tidy(() => {
    const parts: tf.Tensor3D[] = [update];
    if (position > 0) parts.unshift(cache.slice([0, 0, 0], [numRows, position, width]));
    if (end < capacity) parts.push(cache.slice([0, end, 0], [numRows, capacity - end, width]));
    // A lone update is copied, so that the caller can dispose it without losing the cache.
    return parts.length === 1 ? tf.clone(update) : tf.concat(parts, 1);
  });
  cache.dispose();
  return tf.keep(written);
}
