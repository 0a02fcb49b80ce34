import * as tf from "@tensorflow/tfjs";
import type { Compat } from "../core/compat.ts";

/**
 * Factor of the squared error in the value loss: the paper's formula has none (its appendix on
 * training), the released code, as TRL's PPO before it, takes half.
 */
export const VF_SCALE: Readonly<Record<Compat, number>> = { paper: 1, official: 0.5 };

/** Constants of {@link policyLoss}, each of shape [N] over a batch's tokens. */
export interface PolicyLossInputs {
  /** Log-probabilities before the update, in nats. */
  readonly oldLogProbs: Float32Array;
  /** Advantages. */
  readonly advantages: Float32Array;
  /** Weight of each token in the loss. */
  readonly weights: Float32Array;
  /** ε. */
  readonly cliprange: number;
  /** β, price of a nat of divergence within the loss, from log-probabilities of the base model; default none. */
  readonly kl?: { readonly coef: number; readonly refLogProbs: Float32Array };
}

/**
 * Clipped surrogate Σ w max(−Âρ, −Â clip(ρ, 1 − ε, 1 + ε)) (Schulman et al. 2017, eq. 7), plus
 * β Σ w (r − 1 − log r) with r = ref / π_new (Shao et al. 2024, "DeepSeekMath", eq. 4).
 *
 * @param logProbs New log-probabilities, shape [N]; the gradient flows through them.
 * @param inputs Constants.
 * @returns The weighted sum.
 */
export function policyLoss(logProbs: tf.Tensor1D, inputs: PolicyLossInputs): tf.Scalar {
  const { oldLogProbs, advantages, weights, cliprange, kl } = inputs;
  return tf.tidy("policyLoss", () => {
    const ratio = logProbs.sub(tf.tensor1d(oldLogProbs)).exp(); // ρ = π_new / π_old, [N]
    const gain = tf.tensor1d(advantages).neg(); // −Â: losses are minimised
    const clipped = ratio.clipByValue(1 - cliprange, 1 + cliprange);
    // The worse of both: clipping takes the reward for going further away, never the price of it.
    let loss = tf.maximum(gain.mul(ratio), gain.mul(clipped));
    if (kl) {
      const logRatio = tf.tensor1d(kl.refLogProbs).sub(logProbs); // log r
      // r − 1 − log r; expm1 keeps the digits that r − 1 would lose near r = 1.
      loss = loss.add(logRatio.expm1().sub(logRatio).mul(kl.coef));
    }
    return loss.mul(tf.tensor1d(weights)).sum() as tf.Scalar;
  });
}

/** Constants of {@link valueLoss}, each of shape [N] over a batch's states. */
export interface ValueLossInputs {
  /** Values before the update. */
  readonly oldValues: Float32Array;
  /** Targets G. */
  readonly returns: Float32Array;
  /** Weight of each state in the loss. */
  readonly weights: Float32Array;
  /** Clip range; null = unclipped. */
  readonly cliprangeValue: number | null;
  /** Factor of the squared error, see {@linkcode VF_SCALE}. */
  readonly vfScale: number;
}

/**
 * s Σ w max((V − G)², (clip(V, V_old ± c) − G)²) (TRL's PPO).
 *
 * @param values New values, shape [N]; the gradient flows through them.
 * @param inputs Constants.
 * @returns The weighted sum.
 */
export function valueLoss(values: tf.Tensor1D, inputs: ValueLossInputs): tf.Scalar {
  const { oldValues, returns, weights, cliprangeValue, vfScale } = inputs;
  return tf.tidy("valueLoss", () => {
    const targets = tf.tensor1d(returns);
    let loss: tf.Tensor = values.sub(targets).square();
    if (cliprangeValue !== null) {
      // Likewise the worse of both, so that a value gains nothing by moving further than ± c.
      const old = tf.tensor1d(oldValues);
      const clipped = old.add(values.sub(old).clipByValue(-cliprangeValue, cliprangeValue));
      loss = tf.maximum(loss, clipped.sub(targets).square());
    }
    return loss.mul(tf.tensor1d(weights)).sum().mul(vfScale) as tf.Scalar;
  });
}
