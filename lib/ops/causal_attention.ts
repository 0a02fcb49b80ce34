/** Causal self-attention with grouped queries, left padding and cached keys. */
import * as tf from "@tensorflow/tfjs";
import { type AttentionScoreOptions, scoreAttributes } from "./attention_scores.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";
import { softCapReference } from "./soft_cap.ts";

/** What {@linkcode causalAttention} needs besides queries, keys and values. */
export interface AttentionOptions extends AttentionScoreOptions {
  /** Number H of query heads. */
  readonly numHeads: number;
  /** Number K of key and value heads; divides H. Query head h reads key head ⌊h·K/H⌋. */
  readonly numKvHeads: number;
  /** Shape [B], int32: first key of each row that is no padding. */
  readonly starts: tf.Tensor1D;
  /** Keys 0 … length−1 of the S stored ones are used; S by default. At least T. */
  readonly length?: number;
}

/**
 * softmax(q kᵀ / √C) v per head (Vaswani et al. 2017, eq. 1). The queries are the last T of the `length` positions:
 * query i sits at position length−T+i and sees the keys from its row's start to its own position, or the last of them
 * where there is a window. Queries before their row's start give zeros and get no gradient.
 *
 * @param q Shape [B, T, H*C].
 * @param k Shape [B, S, K*C].
 * @param v Shape [B, S, K*C].
 * @param options Heads, starts, the number of keys in use, and what becomes of scores.
 * @returns Shape [B, T, H*C].
 * @throws {RangeError} If the shapes do not fit together, or an option is out of its range.
 */
export function causalAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: AttentionOptions,
): tf.Tensor3D {
  const { numHeads, numKvHeads, starts } = options;
  const length = options.length ?? k.shape[1];
  checkShapes(q, k, v, { ...options, length });
  const scores = scoreAttributes("causalAttention", options);
  if (!hasKernel("MaporlAttention")) return causalAttentionReference(q, k, v, options);
  const attributes = { numHeads, numKvHeads, length, ...scores };
  const [out, logSumExp] = runKernel("MaporlAttention", { q, k, v, starts }, attributes);
  logSumExp!.dispose();
  return out as tf.Tensor3D;
}

/**
 * {@linkcode causalAttention} by plain tfjs ops, with all scores in memory at once.
 *
 * @param q Shape [B, T, H*C].
 * @param k Shape [B, S, K*C].
 * @param v Shape [B, S, K*C].
 * @param options Heads, starts, the number of keys in use, and what becomes of scores.
 * @returns Shape [B, T, H*C].
 */
export function causalAttentionReference(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: AttentionOptions,
): tf.Tensor3D {
  return tf.tidy("causalAttentionReference", () => {
    const { numHeads, numKvHeads, starts, window, softCap } = options;
    const [numRows, numQueries, width] = q.shape;
    const length = options.length ?? k.shape[1];
    const headDim = width / numHeads;
    const group = numHeads / numKvHeads;
    const keys = splitHeads(k, length, numKvHeads); // [B, K, L, C]
    const values = splitHeads(v, length, numKvHeads);
    // The G query heads of one key head are stacked as rows, so keys are never repeated.
    const queries = splitHeads(q, numQueries, numHeads) // [B, H, T, C]
      .reshape([numRows, numKvHeads, group * numQueries, headDim]);
    const scores = tf.matMul(queries, keys, false, true) // [B, K, G*T, L]
      .mul(1 / Math.sqrt(headDim))
      .reshape([numRows, numHeads, numQueries, length]);
    const bounded = softCap === undefined ? scores : softCapReference(scores, softCap);
    const positions = tf.range(length - numQueries, length, 1, "int32"); // [T]
    const keyPositions = tf.range(0, length, 1, "int32").reshape([1, 1, length]);
    const started = starts.reshape([numRows, 1, 1]).lessEqual(keyPositions); // [B, 1, L]
    const distances = positions.reshape([1, numQueries, 1]).sub(keyPositions); // [1, T, L]
    const causal = tf.logicalAnd(distances.greaterEqual(0), distances.less(window ?? length));
    const hidden = tf.sub(1, tf.mul(started.toFloat(), causal.toFloat())); // [B, T, L]
    const probabilities = bounded
      .add(hidden.mul(-1e9).reshape([numRows, 1, numQueries, length]))
      .softmax(-1)
      .reshape([numRows, numKvHeads, group * numQueries, length]);
    const real = starts.reshape([numRows, 1])
      .lessEqual(positions.reshape([1, numQueries])).toFloat().reshape([numRows, numQueries, 1]);
    return tf.matMul(probabilities, values) // [B, K, G*T, C]
      .reshape([numRows, numHeads, numQueries, headDim])
      .transpose([0, 2, 1, 3])
      .reshape([numRows, numQueries, width])
      .mul(real);
  });
}

/** Shape [B, S, H*C] to [B, H, length, C]. */
function splitHeads(x: tf.Tensor3D, length: number, numHeads: number): tf.Tensor4D {
  const [numRows, , width] = x.shape;
  return x.slice([0, 0, 0], [numRows, length, width])
    .reshape([numRows, length, numHeads, width / numHeads])
    .transpose([0, 2, 1, 3]);
}

function checkShapes(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: AttentionOptions & { readonly length: number },
): void {
  const { numHeads, numKvHeads, starts, length } = options;
  const headDim = q.shape[2] / numHeads;
  if (!Number.isInteger(headDim) || !Number.isInteger(numHeads / numKvHeads)) {
    throw shapeError(
      "causalAttention",
      `q must be [B, T, H*C] with H = ${numHeads} a multiple of K = ${numKvHeads}`,
      q,
    );
  }
  if (k.shape.join() !== v.shape.join() || k.shape[2] !== numKvHeads * headDim) {
    throw shapeError("causalAttention", "k and v must be [B, S, K*C] for q [B, T, H*C]", k, v, q);
  }
  if (q.shape[0] !== k.shape[0] || q.shape[0] !== starts.shape[0]) {
    throw shapeError("causalAttention", "q, k and starts must agree in B", q, k, starts);
  }
  if (length < q.shape[1] || length > k.shape[1]) {
    throw shapeError("causalAttention", `length ${length} must be in [T, S] of q and k`, q, k);
  }
}

registerGradient("MaporlAttention", {
  saveInputs: ["q", "k", "v", "starts"],
  saveOutputs: [true, true],
  gradient: ([dy], saved, attributes) => {
    const [q, k, v, starts, out, logSumExp] = saved as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const inputs = { q, k, v, starts, out, logSumExp, dy: dy! };
    const [dq, dk, dv] = runKernel("MaporlAttentionGrad", inputs, attributes);
    return { q: () => dq!, k: () => dk!, v: () => dv! };
  },
});
