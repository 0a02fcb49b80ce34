/** Copies runs of positions between caches. */
import * as tf from "@tensorflow/tfjs";
import { ownsData } from "./own_data.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** A run of positions of one row to copy into a row of another cache. */
export interface CacheRun {
  /** Row of the source. */
  readonly fromRow: number;
  /** First position of the run in the source. */
  readonly fromPosition: number;
  /** Row of the target. */
  readonly toRow: number;
  /** First position of the run in the target. */
  readonly toPosition: number;
  /** Positions to copy, at least 0. */
  readonly count: number;
}

/**
 * Copies runs of positions from one cache into another; the rest of the target stays. Where the backend
 * can, this happens in place and the same tensor comes back; elsewhere a new tensor comes back and the
 * old one is disposed. Either way the caller owns the result: no surrounding `tf.tidy` frees it.
 * Not differentiable.
 *
 * @param target Shape [B, S, W]; owned by the caller and given up to this call.
 * @param source Shape [B', S', W]; another tensor than the target.
 * @param runs What to copy; runs must not overlap in the target.
 * @returns The target to use from now on. Shape [B, S, W].
 * @throws {RangeError} If widths differ or a run does not lie within both.
 */
export function copyCacheRows(
  target: tf.Tensor3D,
  source: tf.Tensor3D,
  runs: readonly CacheRun[],
): tf.Tensor3D {
  if (target.shape[2] !== source.shape[2]) {
    throw shapeError("copyCacheRows", "target and source must agree in W", target, source);
  }
  for (const run of runs) {
    const from = isWithin(source, run.fromRow, run.fromPosition, run.count);
    if (from && isWithin(target, run.toRow, run.toPosition, run.count)) continue;
    throw shapeError(
      "copyCacheRows",
      `a run must lie within target and source: ${JSON.stringify(run)}`,
      target,
      source,
    );
  }
  if (runs.length === 0) return target;
  if (!hasKernel("MaporlCopyCacheRows") || !ownsData(target)) {
    return copyCacheRowsReference(target, source, runs);
  }
  tf.dispose(runKernel("MaporlCopyCacheRows", { target, source }, { runs }));
  return target;
}

/**
 * {@linkcode copyCacheRows} by plain tfjs ops: one gather from all positions of both.
 *
 * @param target Shape [B, S, W]; disposed.
 * @param source Shape [B', S', W].
 * @param runs What to copy.
 * @returns A new tensor. Shape [B, S, W].
 */
export function copyCacheRowsReference(
  target: tf.Tensor3D,
  source: tf.Tensor3D,
  runs: readonly CacheRun[],
): tf.Tensor3D {
  const [numRows, capacity, width] = target.shape;
  const numPositions = numRows * capacity;
  const from = Int32Array.from({ length: numPositions }, (_, position) => position);
  for (const { fromRow, fromPosition, toRow, toPosition, count } of runs) {
    const first = numPositions + fromRow * source.shape[1] + fromPosition;
    const at = toRow * capacity + toPosition;
    for (let i = 0; i < count; i++) from[at + i] = first + i;
  }
  const copied = tf.tidy(() => {
    const positions: tf.Tensor2D = tf.concat([
      target.reshape([numPositions, width]),
      source.reshape([-1, width]),
    ]);
    return tf.gather(positions, tf.tensor1d(from, "int32")).reshape([numRows, capacity, width]);
  });
  target.dispose();
  return tf.keep(copied) as tf.Tensor3D;
}

function isWithin(cache: tf.Tensor3D, row: number, position: number, count: number): boolean {
  return row >= 0 && row < cache.shape[0] && position >= 0 && count >= 0 &&
    position + count <= cache.shape[1];
}
