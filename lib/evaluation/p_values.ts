/**
 * Two-sided p-values of no difference, by turning round the intervals that tables show: each is the smallest p
 * for which the interval at level 1 - p leaves out zero (Casella and Berger 2002, theorem 9.2.2). So a p-value and
 * the interval beside it never contradict each other.
 *
 * @module
 */
import { bonettPriceInterval, type Bounds } from "./few_questions.ts";
import { expandedPValue, normalTail, studentTail } from "./interval_tails.ts";
import { midShare } from "./mid_quantile.ts";

/**
 * p-value of a mean and its standard error, by Student's t.
 *
 * @param mean The mean.
 * @param standardError Its standard error, at least 0.
 * @param degrees Degrees of freedom, a whole number of at least 1.
 * @returns In [0, 1]; a mean of 0 has 1, also without an error.
 */
export function studentPValue(mean: number, standardError: number, degrees: number): number {
  return mean === 0 ? 1 : 2 * studentTail(Math.abs(mean) / standardError, degrees);
}

/**
 * p-value of a bootstrapped difference: that of the expanded percentile interval which ends at zero.
 *
 * Where no resample reaches zero, resampling alone says no more than half of one resample would; Student's t of the
 * same differences, which such an interval follows, may say less.
 *
 * @param means Means of the resamples, ascending.
 * @param differences The differences by question, at least two that differ.
 * @returns In [0, 1].
 */
export function bootstrapPValue(means: Float64Array, differences: readonly number[]): number {
  const below = midShare(means, 0);
  const count = differences.length;
  const tail = Math.min(below, 1 - below);
  if (tail > 0) return expandedPValue(tail, count);
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (count - 1) / count);
  return Math.min(
    expandedPValue(0.5 / means.length, count),
    studentPValue(mean, standardError, count - 1),
  );
}

/**
 * p-value of a difference of which few questions tell: that of Bonett and Price's interval which ends at zero.
 *
 * @param differences The differences by question, at least one.
 * @param bounds What differences can be; their middle is 0.
 * @returns In [0, 1].
 */
export function bonettPricePValue(differences: readonly number[], bounds: Bounds): number {
  const excludesZero = (z: number) => {
    const { low, high } = bonettPriceInterval(differences, bounds, z);
    return low > 0 || high < 0;
  };
  let [low, high] = [0, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (excludesZero(middle)) low = middle;
    else high = middle;
  }
  return Math.min(1, 2 * normalTail(low));
}
