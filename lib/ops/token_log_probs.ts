/** Log-probabilities of chosen tokens straight from hidden states. */
import * as tf from "@tensorflow/tfjs";
import { checkSoftCap } from "./attention_scores.ts";
import { oneHotRows } from "./one_hot_rows.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";
import { isTemperature, MIN_TEMPERATURE } from "./sample.ts";
import { softCapReference } from "./soft_cap.ts";
import { tokenLogProbsByParts } from "./token_log_probs_by_parts.ts";

/** What becomes of logits before their softmax, in this order. */
export interface LogitOptions {
  /** Logits l become cap · tanh(l / cap), see {@linkcode softCap}; absent = they stay. */
  readonly softCap?: number | undefined;
  /** Divides the logits; at least 1e-3, 1 by default. */
  readonly temperature?: number;
}

/** Result of {@linkcode tokenLogProbs}. */
export interface TokenLogProbs {
  /** Log-probability of each row's token, in nats. Shape [N]. */
  readonly logProbs: tf.Tensor1D;
  /** Entropy of each row's distribution, in nats; carries no gradient. Shape [N]. */
  readonly entropy: tf.Tensor1D;
}

/**
 * log softmax(hidden headᵀ / temperature) at the given tokens, and the entropy of the same distributions; the logits
 * perhaps bounded before. The logits [N, V] exist only a part of the rows at a time, in the backward pass as well,
 * which makes them again.
 *
 * @param hidden Shape [N, D].
 * @param head Shape [V, D].
 * @param ids Shape [N], int32 in [0, V).
 * @param options Soft cap and temperature.
 * @returns Log-probabilities and entropies; gradients flow through the log-probabilities only.
 * @throws {RangeError} If the shapes do not fit together, the temperature is below 1e-3 or the cap not positive.
 */
export function tokenLogProbs(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  ids: tf.Tensor1D,
  { temperature = 1, softCap }: LogitOptions = {},
): TokenLogProbs {
  if (hidden.shape[1] !== head.shape[1] || hidden.shape[0] !== ids.shape[0]) {
    throw shapeError(
      "tokenLogProbs",
      "hidden [N, D], head [V, D] and ids [N] must agree",
      hidden,
      head,
      ids,
    );
  }
  if (temperature === 0 || !isTemperature(temperature)) {
    throw new RangeError(
      `Cannot run tokenLogProbs as temperature must be at least ${MIN_TEMPERATURE}: got ${temperature}`,
    );
  }
  if (softCap !== undefined) checkSoftCap("tokenLogProbs", softCap);
  if (!hasKernel("MaporlTokenLogProbs")) {
    const [logProbs, entropy] = tf.tidy(
      "tokenLogProbs",
      () => tf.unstack(tokenLogProbsByParts(hidden, head, { ids, temperature, softCap })),
    );
    return { logProbs: logProbs as tf.Tensor1D, entropy: entropy as tf.Tensor1D };
  }
  const [logProbs, entropy, logSumExp] = runKernel(
    "MaporlTokenLogProbs",
    { hidden, head, ids },
    { temperature, softCap: softCap ?? 0 },
  );
  logSumExp!.dispose();
  return { logProbs: logProbs as tf.Tensor1D, entropy: entropy as tf.Tensor1D };
}

/**
 * {@linkcode tokenLogProbs} by plain tfjs ops, with all logits in memory at once.
 *
 * @param hidden Shape [N, D].
 * @param head Shape [V, D].
 * @param ids Shape [N], int32.
 * @param options Soft cap and temperature.
 * @returns Log-probabilities and entropies.
 */
export function tokenLogProbsReference(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  ids: tf.Tensor1D,
  { temperature = 1, softCap }: LogitOptions = {},
): TokenLogProbs {
  const [logProbs, entropy] = tf.tidy("tokenLogProbsReference", () => {
    const logits = tf.matMul(hidden, head, false, true); // [N, V]
    const bounded = softCap === undefined ? logits : softCapReference(logits, softCap);
    const all = tf.logSoftmax(bounded.div(temperature), -1);
    const chosen = oneHotRows(ids, head.shape[0]);
    return [all.mul(chosen).sum(-1), entropyWithoutGradient(all)] as [tf.Tensor1D, tf.Tensor1D];
  });
  return { logProbs, entropy };
}

/** −Σ p log p over the last axis, opaque to the gradient. */
function entropyWithoutGradient(logProbs: tf.Tensor): tf.Tensor {
  const opaque = tf.customGrad((...args) => {
    const x = args[0] as tf.Tensor;
    const value = x.exp().mul(x).sum(-1).neg();
    return { value, gradFunc: () => tf.zerosLike(x) };
  });
  return opaque(logProbs);
}

registerGradient("MaporlTokenLogProbs", {
  saveInputs: ["hidden", "head", "ids"],
  saveOutputs: [false, false, true],
  gradient: ([dy], [hidden, head, ids, logSumExp], attributes, needed) => {
    const tensors = { hidden: hidden!, head: head!, ids: ids!, logSumExp: logSumExp!, dy: dy! };
    const run = (...wanted: [boolean, boolean]) =>
      runKernel("MaporlTokenLogProbsGrad", tensors, { ...attributes, wanted });
    if (needed?.wanted.has("hidden") && needed.wanted.has("head")) {
      const [dhidden, dhead] = run(true, true); // the logits are made again once for both
      return { hidden: () => dhidden!, head: () => dhead! };
    }
    return { hidden: () => run(true, false)[0]!, head: () => run(false, true)[0]! };
  },
});
