/** Attention of single queries over the rows of a cache of keys and values. */
import * as tf from "@tensorflow/tfjs";
import { type AttentionScoreOptions, scoreAttributes } from "./attention_scores.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";
import { softCapReference } from "./soft_cap.ts";

/** What {@linkcode cachedAttention} needs besides queries, keys and values. */
export interface CachedAttentionOptions extends AttentionScoreOptions {
  /** Number H of query heads. */
  readonly numHeads: number;
  /** Number K of key and value heads; divides H. Query head h reads key head ⌊h·K/H⌋. */
  readonly numKvHeads: number;
  /** Shape [N], int32: first position of each query's row that is no padding. */
  readonly starts: tf.Tensor1D;
  /** Shape [N, 2], int32: the row of the cache that each query reads, below B, and its own position, below S. */
  readonly slots: tf.Tensor2D;
}

/**
 * softmax(q kᵀ / √C) v per head (Vaswani et al. 2017, eq. 1): query i sees the positions of its row from `starts[i]`
 * to its own, or the last of them where there is a window. Queries before their start give zeros. Several queries may
 * read one row. Keeps nothing for a gradient; {@linkcode causalAttention} has one. Nobody checks the slots.
 *
 * @param q Shape [N, H*C].
 * @param k Shape [B, S, K*C].
 * @param v Shape [B, S, K*C].
 * @param options Heads, starts, slots, and what becomes of scores.
 * @returns Shape [N, H*C].
 * @throws {RangeError} If the shapes do not fit together, or an option is out of its range.
 */
export function cachedAttention(
  q: tf.Tensor2D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: CachedAttentionOptions,
): tf.Tensor2D {
  checkShapes(q, k, v, options);
  const scores = scoreAttributes("cachedAttention", options);
  if (!hasKernel("MaporlCachedAttention")) return cachedAttentionReference(q, k, v, options);
  const { numHeads, numKvHeads, starts, slots } = options;
  const inputs = { q, k, v, starts, slots };
  const attributes = { numHeads, numKvHeads, ...scores };
  return runKernel("MaporlCachedAttention", inputs, attributes)[0] as tf.Tensor2D;
}

/**
 * {@linkcode cachedAttention} by plain tfjs ops, with a copy of its keys and values for each query.
 *
 * @param q Shape [N, H*C].
 * @param k Shape [B, S, K*C].
 * @param v Shape [B, S, K*C].
 * @param options Heads, starts, slots, and what becomes of scores.
 * @returns Shape [N, H*C].
 */
export function cachedAttentionReference(
  q: tf.Tensor2D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  { numHeads, numKvHeads, starts, slots, window, softCap }: CachedAttentionOptions,
): tf.Tensor2D {
  return tf.tidy("cachedAttentionReference", () => {
    const [numQueries, width] = q.shape;
    const [, stored, kvWidth] = k.shape;
    const headDim = width / numHeads;
    const [rows, positions] = tf.unstack(slots, 1) as [tf.Tensor1D, tf.Tensor1D];
    const ofHeads = (x: tf.Tensor3D): tf.Tensor4D =>
      tf.gather(x, rows) // [N, S, K*C]
        .reshape([numQueries, stored, numKvHeads, kvWidth / numKvHeads])
        .transpose([0, 2, 1, 3]);
    const queries = q.reshape([numQueries, numKvHeads, numHeads / numKvHeads, headDim]);
    const scores = tf.matMul(queries, ofHeads(k), false, true) // [N, K, G, S]
      .mul(1 / Math.sqrt(headDim));
    const bounded = softCap === undefined ? scores : softCapReference(scores, softCap);
    const index = tf.range(0, stored, 1, "int32").reshape([1, stored]);
    const distances = positions.reshape([numQueries, 1]).sub(index); // [N, S]
    const within = tf.logicalAnd(distances.greaterEqual(0), distances.less(window ?? stored));
    const seen = tf.logicalAnd(index.greaterEqual(starts.reshape([numQueries, 1])), within)
      .toFloat(); // [N, S]
    const hidden = tf.sub(1, seen).mul(-1e9).reshape([numQueries, 1, 1, stored]);
    const isReal = starts.lessEqual(positions).toFloat().reshape([numQueries, 1]);
    return tf.matMul(bounded.add(hidden).softmax(-1), ofHeads(v)) // [N, K, G, C]
      .reshape([numQueries, width])
      .mul(isReal);
  });
}

function checkShapes(
  q: tf.Tensor2D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  { numHeads, numKvHeads, starts, slots }: CachedAttentionOptions,
): void {
  const headDim = q.shape[1] / numHeads;
  if (!Number.isInteger(headDim) || !Number.isInteger(numHeads / numKvHeads)) {
    throw shapeError(
      "cachedAttention",
      `q must be [N, H*C] with H = ${numHeads} a multiple of K = ${numKvHeads}`,
      q,
    );
  }
  if (k.shape.join() !== v.shape.join() || k.shape[2] !== numKvHeads * headDim) {
    throw shapeError("cachedAttention", "k and v must be [B, S, K*C] for q [N, H*C]", k, v, q);
  }
  const numQueries = q.shape[0];
  if (starts.shape[0] !== numQueries || slots.shape.join() !== `${numQueries},2`) {
    throw shapeError(
      "cachedAttention",
      "starts must be [N] and slots [N, 2] for q [N, H*C]",
      starts,
      slots,
      q,
    );
  }
}
