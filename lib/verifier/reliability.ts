/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  /** Lower edge of the scores in it, inclusive. */
  readonly low: number;
  /** Upper edge, exclusive except for the last bin. */
  readonly high: number;
  /** Number of answers in it. */
  readonly count: number;
  /** Their mean score; null in an empty bin. */
  readonly meanScore: number | null;
  /** Share of them that is right; null in an empty bin. */
  readonly accuracy: number | null;
}

/**
 * Scores against the share of right answers, in bins of equal width.
 *
 * @param scores Probabilities in [0, 1], shape [N].
 * @param labels Shape [N], true = right.
 * @param numBins Number of bins. Default 10.
 * @returns The bins from 0 to 1.
 * @throws {RangeError} If the lengths differ, `numBins` is not an integer of at least 1, or a score is
 * outside [0, 1].
 */
export function reliabilityBins(
  scores: ArrayLike<number>,
  labels: readonly boolean[],
  numBins = 10,
): ReliabilityBin[] {
  if (labels.length !== scores.length) {
    throw new RangeError(
      `Cannot bin ${scores.length} scores as there must be one label each: there are ${labels.length}`,
    );
  }
  if (!Number.isInteger(numBins) || numBins < 1) {
    throw new RangeError(
      `Cannot bin scores as numBins must be an integer of at least 1: current value is ${numBins}`,
    );
  }
  const sums = Array.from({ length: numBins }, () => ({ count: 0, scores: 0, right: 0 }));
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (!(score >= 0 && score <= 1)) {
      throw new RangeError(
        `Cannot bin scores as probabilities in [0, 1]: entry ${i} is ${score}`,
      );
    }
    const bin = sums[Math.min(Math.floor(score * numBins), numBins - 1)]!;
    bin.count++;
    bin.scores += score;
    bin.right += labels[i] ? 1 : 0;
  }
  return sums.map((bin, k) => ({
    low: k / numBins,
    high: (k + 1) / numBins,
    count: bin.count,
    meanScore: bin.count === 0 ? null : bin.scores / bin.count,
    accuracy: bin.count === 0 ? null : bin.right / bin.count,
  }));
}

/**
 * Expected calibration error: Σ (count / N)·|accuracy − mean score| over bins (Naeini et al. 2015).
 *
 * @param bins From {@link reliabilityBins}.
 * @returns A number in [0, 1]; 0 without any answer.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  let total = 0;
  let sum = 0;
  for (const { count, meanScore, accuracy } of bins) {
    total += count;
    if (meanScore !== null && accuracy !== null) sum += count * Math.abs(accuracy - meanScore);
  }
  return total === 0 ? 0 : sum / total;
}
