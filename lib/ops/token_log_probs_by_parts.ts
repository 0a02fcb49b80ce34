/** `tokenLogProbs` for backends without a kernel of it, in bounded memory. */
import * as tf from "@tensorflow/tfjs";
import { oneHotRows } from "./one_hot_rows.ts";
import { softCapReference } from "./soft_cap.ts";

/** Logits of one part at most: 16 Mi values, 64 MiB. */
const PART_VALUES = 1 << 24;

/** What {@linkcode tokenLogProbsByParts} needs besides the hidden states and the head. */
export interface TokenLogProbsOptions {
  /** Shape [N], int32 in [0, V). */
  readonly ids: tf.Tensor1D;
  /** Divides the logits; positive. */
  readonly temperature: number;
  /** Bounds the logits before; absent = they stay. */
  readonly softCap?: number | undefined;
  /** Logits of one part at most; 2^24 by default. */
  readonly partValues?: number;
}

/**
 * Log-probabilities of chosen tokens and entropies, a part of the rows at a time. Nothing of the size
 * of the logits is kept for the gradient, which makes them again.
 *
 * @param hidden Shape [N, D].
 * @param head Shape [V, D].
 * @param options Tokens, temperature, soft cap and size of the parts.
 * @returns Log-probabilities and, without a gradient, entropies in nats. Shape [2, N].
 */
export function tokenLogProbsByParts(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  options: TokenLogProbsOptions,
): tf.Tensor2D {
  return tf.tidy("tokenLogProbsByParts", () => {
    const { ids, partValues = PART_VALUES, ...rest } = options;
    const [numRows, width] = hidden.shape;
    const rows = Math.max(1, Math.floor(partValues / head.shape[0]));
    if (numRows <= rows) return part(hidden, head, { ids, ...rest });
    const parts: tf.Tensor2D[] = [];
    for (let from = 0; from < numRows; from += rows) {
      const count = Math.min(rows, numRows - from);
      const partHidden = hidden.slice([from, 0], [count, width]);
      parts.push(part(partHidden, head, { ids: ids.slice(from, count), ...rest }));
    }
    return tf.concat(parts, 1);
  });
}

function part(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  { ids, temperature, softCap }: TokenLogProbsOptions,
): tf.Tensor2D {
  const logits = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const plain = tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true);
    return softCap === undefined ? plain : softCapReference(plain, softCap);
  };
  const run = tf.customGrad((...args) => {
    const [x, w, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([x, w, ids]);
    const value = tf.tidy(() => {
      const all = tf.logSoftmax(logits(x, w).div(temperature), -1);
      const logProbs = all.mul(oneHotRows(ids, head.shape[0])).sum(-1);
      return tf.stack([logProbs, all.exp().mul(all).sum(-1).neg()]);
    });
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [savedX, savedW, savedIds] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      return tf.tidy(() => {
        const chosen = oneHotRows(savedIds, savedW.shape[0]);
        const dLogProbs = dy.slice([0, 0], [1, savedX.shape[0]]).reshape([-1, 1]); // none by entropy
        const bounded = logits(savedX, savedW);
        const dBounded = chosen.sub(tf.softmax(bounded.div(temperature), -1))
          .mul(dLogProbs.div(temperature));
        const dLogits = softCap === undefined
          ? dBounded as tf.Tensor2D
          : dBounded.mul(tf.sub(1, bounded.div(softCap).square())) as tf.Tensor2D;
        return [tf.matMul(dLogits, savedW), tf.matMul(dLogits, savedX, true, false)];
      });
    };
    return { value, gradFunc };
  });
  return run(hidden, head) as tf.Tensor2D;
}
