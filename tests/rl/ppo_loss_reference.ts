import { NumericError } from "../../lib/core/mod.ts";
import { VF_SCALE } from "../../lib/rl/mod.ts";

/** Tokens and states of a mini-batch. Masks: 1 = counts, default all. */
export interface PlainPpoLossInput {
  /** log π_new of the sampled tokens, shape [N], natural log. */
  readonly newLogProbs: ArrayLike<number>;
  /** log π_old of the same tokens, shape [N]. */
  readonly oldLogProbs: ArrayLike<number>;
  /** Â, shape [N]. */
  readonly advantages: ArrayLike<number>;
  /** Shape [N]. */
  readonly mask?: ArrayLike<number>;
  /** Entropy of the policy at each token, nats, shape [N]; only reported. */
  readonly entropies?: ArrayLike<number>;
  /** V_new, shape [M]. */
  readonly newValues: ArrayLike<number>;
  /** V_old, shape [M]. */
  readonly oldValues: ArrayLike<number>;
  /** G, shape [M]. */
  readonly returns: ArrayLike<number>;
  /** Shape [M]. */
  readonly valueMask?: ArrayLike<number>;
}

/** Coefficients of {@link plainPpoLoss}. */
export interface PlainPpoLossOptions {
  /** ε, how far the ratio is followed. Default 0.2. */
  readonly cliprange?: number;
  /** How far a value may move from its old one; null = not clipped. */
  readonly cliprangeValue?: number | null;
  /** Factor of the squared error: 0.5 or 1. */
  readonly vfScale?: number;
  /** λ_value. Default 0.1. */
  readonly vfCoef?: number;
}

/** What {@link plainPpoLoss} returns: the loss, what to log, and the gradients. */
export interface PlainPpoLoss {
  /** policyLoss + vfCoef · valueLoss. */
  readonly loss: number;
  /** Mean of max(−Âρ, −Â·clip(ρ, 1−ε, 1+ε)). */
  readonly policyLoss: number;
  /** vfScale times the mean (clipped) squared error. */
  readonly valueLoss: number;
  /** KL(π_old‖π_new) by the estimator ρ − 1 − log ρ, nats per token. */
  readonly approxKl: number;
  /** ½·mean (log ρ)², nats per token: what the released code logs, over real tokens only. */
  readonly approxKlHalfSquare: number;
  /** Share of tokens at which the clipped term is the larger one, so that no gradient flows. */
  readonly clipFrac: number;
  /** Share of states at which the clipped error is the larger one. */
  readonly vfClipFrac: number;
  /** Mean of the ratio ρ. */
  readonly ratio: number;
  /** Largest |ρ − 1|; 0 on the first pass of the first epoch. */
  readonly maxRatioError: number;
  /** Mean entropy, nats; undefined if none was given. */
  readonly entropy: number | undefined;
  /** ∂loss/∂newLogProbs, shape [N]. */
  readonly logProbGrads: Float64Array<ArrayBuffer>;
  /** ∂loss/∂newValues, shape [M]. */
  readonly valueGrads: Float64Array<ArrayBuffer>;
}

/**
 * The clipped PPO loss (Schulman et al. 2017, eq. 7 and 9) in plain numbers, with its
 * gradients: the reference that tensor code is tested against. No entropy bonus: it is only reported.
 *
 * The value clip applies to the old value: max((V−G)², (clip(V, V_old ± c) − G)²).
 *
 * @param input Tokens and states.
 * @param options Coefficients; the value loss defaults to the paper's.
 * @returns Loss, statistics and gradients. All means run over what the masks count.
 * @throws {RangeError} If lengths differ, no token or no state counts, or a coefficient is negative.
 * @throws {NumericError} If the loss is not finite.
 */
export function plainPpoLoss(
  input: PlainPpoLossInput,
  options: PlainPpoLossOptions = {},
): PlainPpoLoss {
  const { cliprange = 0.2, vfCoef = 0.1 } = options;
  const { cliprangeValue = null, vfScale = VF_SCALE.paper } = options;
  for (const [name, value] of Object.entries({ cliprange, cliprangeValue, vfScale, vfCoef })) {
    if (value !== null && !(value >= 0)) {
      throw new RangeError(
        `Cannot compute the PPO loss as ${name} must be at least 0: current value is ${value}`,
      );
    }
  }
  const policy = policyPart(input, cliprange);
  const value = valuePart(input, cliprangeValue, vfScale);
  const loss = policy.policyLoss + vfCoef * value.valueLoss;
  if (!Number.isFinite(loss)) {
    throw new NumericError(`Cannot compute the PPO loss as it must be finite: it is ${loss}`, {
      thing: "loss",
      value: loss,
      remedy:
        "Look for a log-probability that rose by hundreds of nats, or lower the learning rate",
    });
  }
  return {
    ...policy,
    ...value,
    loss,
    valueGrads: value.valueGrads.map((gradient) => gradient * vfCoef),
  };
}

function policyPart(input: PlainPpoLossInput, cliprange: number) {
  const { newLogProbs, oldLogProbs, advantages, mask, entropies } = input;
  const columns = { oldLogProbs, advantages, mask, entropies };
  const count = countOf(newLogProbs.length, mask, columns);
  const logProbGrads = new Float64Array(newLogProbs.length);
  let [loss, kl, halfSquare, clipped, ratios, maxRatioError, entropy] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < newLogProbs.length; i++) {
    if (mask?.[i] === 0) continue;
    const logRatio = newLogProbs[i]! - oldLogProbs[i]!;
    const ratio = Math.exp(logRatio);
    const advantage = advantages[i]!;
    const free = -advantage * ratio;
    const bounded = -advantage * Math.min(Math.max(ratio, 1 - cliprange), 1 + cliprange);
    const isClipped = bounded > free;
    loss += isClipped ? bounded : free;
    logProbGrads[i] = isClipped ? 0 : free / count;
    clipped += isClipped ? 1 : 0;
    kl += Math.expm1(logRatio) - logRatio;
    halfSquare += logRatio ** 2 / 2;
    ratios += ratio;
    maxRatioError = Math.max(maxRatioError, Math.abs(ratio - 1));
    entropy += entropies?.[i] ?? 0;
  }
  return {
    policyLoss: loss / count,
    approxKl: kl / count,
    approxKlHalfSquare: halfSquare / count,
    clipFrac: clipped / count,
    ratio: ratios / count,
    maxRatioError,
    entropy: entropies === undefined ? undefined : entropy / count,
    logProbGrads,
  };
}

function valuePart(input: PlainPpoLossInput, cliprangeValue: number | null, vfScale: number) {
  const { newValues, oldValues, returns, valueMask } = input;
  const count = countOf(newValues.length, valueMask, { oldValues, returns, valueMask });
  const valueGrads = new Float64Array(newValues.length);
  const reach = cliprangeValue ?? Infinity;
  let [loss, clipped] = [0, 0];
  for (let i = 0; i < newValues.length; i++) {
    if (valueMask?.[i] === 0) continue;
    const [value, old, target] = [newValues[i]!, oldValues[i]!, returns[i]!];
    const free = value - target;
    const bounded = Math.min(Math.max(value, old - reach), old + reach) - target;
    const isClipped = bounded ** 2 > free ** 2;
    loss += isClipped ? bounded ** 2 : free ** 2;
    valueGrads[i] = isClipped ? 0 : 2 * vfScale * free / count;
    clipped += isClipped ? 1 : 0;
  }
  return { valueLoss: vfScale * loss / count, vfClipFrac: clipped / count, valueGrads };
}

function countOf(
  length: number,
  mask: ArrayLike<number> | undefined,
  columns: Record<string, ArrayLike<number> | undefined>,
): number {
  for (const [name, column] of Object.entries(columns)) {
    if (column !== undefined && column.length !== length) {
      throw new RangeError(
        `Cannot compute the PPO loss as ${name} must have ${length} entries: it has ${column.length}`,
      );
    }
  }
  let count = 0;
  for (let i = 0; i < length; i++) count += mask?.[i] === 0 ? 0 : 1;
  if (count === 0) {
    throw new RangeError(
      "Cannot compute the PPO loss as at least 1 entry must count: 0 do, skip such batches",
    );
  }
  return count;
}
