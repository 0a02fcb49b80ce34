import { type VerifierMetrics, verifierMetrics } from "../verifier/metrics.ts";

/** An answer that was scored and is labelled. */
export interface LabelledScore {
  /** The score, a probability in [0, 1] of being right. */
  readonly score: number;
  /** Whether the answer is right. */
  readonly correct: boolean;
}

/** How good scores were at one time. */
export interface ScoreDrift extends VerifierMetrics {
  /** Mean score. */
  readonly meanScore: number;
  /** Mean score − share of right answers: above 0, the scores promise too much. */
  readonly overconfidence: number;
}

/**
 * Verifier drift: how scores and labels move apart while the answers change under training. A frozen
 * verifier was fitted on the answers of the untrained model, and a policy that is paid for its scores
 * moves to where it errs in the policy's favour (Gao, Schulman and Hilton 2023, "Scaling laws for reward
 * model overoptimization", arXiv 2210.10760).
 *
 * @typeParam Time An update, or a model.
 * @param answers Answers by when they were given, at least one each.
 * @returns Calibration error, AUROC, accuracy of the scores and overconfidence, in the same order.
 * @throws {RangeError} If a time has no answer.
 * @throws {NumericError} If a score is not a number in [0, 1].
 */
export function scoreDrift<Time>(
  answers: ReadonlyMap<Time, readonly LabelledScore[]>,
): Map<Time, ScoreDrift> {
  return new Map([...answers].map(([time, rows]) => {
    const scores = rows.map(({ score }) => score);
    const metrics = verifierMetrics(scores, rows.map(({ correct }) => correct));
    const meanScore = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const overconfidence = meanScore - metrics.rightShare;
    return [time, { ...metrics, meanScore, overconfidence }];
  }));
}
