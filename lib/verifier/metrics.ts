import { NumericError } from "../core/mod.ts";
import { auroc } from "./auroc.ts";
import { expectedCalibrationError, reliabilityBins } from "./reliability.ts";

/** How good a verifier's scores are on labelled answers. */
export interface VerifierMetrics {
  /** Number of answers. */
  readonly count: number;
  /** Share of right answers among them. */
  readonly rightShare: number;
  /** Share of answers for which "score above 0.5" equals "right" (MAPoRL Table 6). */
  readonly accuracy: number;
  /** Area under the ROC curve, ties half; null if all answers are right or all are wrong. */
  readonly auroc: number | null;
  /** Mean squared error of the score as a probability; 0.25 for always saying 0.5. */
  readonly brier: number;
  /** Expected calibration error over bins of equal width. */
  readonly ece: number;
  /** Mean binary cross-entropy, nats; scores are kept {@link LOG_LOSS_MARGIN} away from 0 and 1. */
  readonly logLoss: number;
}

/** Distance from 0 and 1 at which a score stops costing more in {@link VerifierMetrics.logLoss}. */
export const LOG_LOSS_MARGIN = 1e-7;

/** Options of {@link verifierMetrics}. */
export interface VerifierMetricsOptions {
  /** Bins of the calibration error. Default 10. */
  readonly numBins?: number;
}

/**
 * Measures scores against labels.
 *
 * @param scores Probabilities of being right, in [0, 1], shape [N].
 * @param labels Shape [N], true = right.
 * @param options Number of bins.
 * @returns The metrics.
 * @throws {RangeError} If there is no answer, or the lengths differ.
 * @throws {NumericError} If a score is not a number in [0, 1].
 *
 * @example Three answers, one of them judged wrongly
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { verifierMetrics } from "./metrics.ts";
 *
 * const { accuracy, auroc } = verifierMetrics([0.9, 0.6, 0.2], [true, false, false]);
 * assertAlmostEquals(accuracy, 2 / 3, 1e-12);
 * assertAlmostEquals(auroc!, 1, 1e-12);
 * ```
 */
export function verifierMetrics(
  scores: ArrayLike<number>,
  labels: readonly boolean[],
  options: VerifierMetricsOptions = {},
): VerifierMetrics {
  const count = scores.length;
  if (count === 0 || labels.length !== count) {
    throw new RangeError(
      `Cannot measure a verifier as at least 1 score with one label each is needed: ${count} scores, ${labels.length} labels`,
    );
  }
  let right = 0;
  let hits = 0;
  let squares = 0;
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    if (!(score >= 0 && score <= 1)) {
      throw new NumericError(
        `Cannot measure a verifier as its scores must be in [0, 1]: score ${i} is ${score}`,
        { thing: `score ${i}`, value: score },
      );
    }
    const label = labels[i]! ? 1 : 0;
    const likelihood = label === 1 ? score : 1 - score;
    right += label;
    hits += (score > 0.5 ? 1 : 0) === label ? 1 : 0;
    squares += (score - label) ** 2;
    loss -= Math.log(Math.min(Math.max(likelihood, LOG_LOSS_MARGIN), 1 - LOG_LOSS_MARGIN));
  }
  return {
    count,
    rightShare: right / count,
    accuracy: hits / count,
    auroc: auroc(scores, labels),
    brier: squares / count,
    ece: expectedCalibrationError(reliabilityBins(scores, labels, options.numBins)),
    logLoss: loss / count,
  };
}
