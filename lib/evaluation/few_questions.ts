/**
 * Intervals where too few questions differ for resampling to tell how much means vary.
 *
 * @module
 */

/**
 * Fewest questions that must differ from the most common value for a bootstrap. Resamples of 300 right
 * answers are all right, and of 300 with 3 wrong ones too many are: there the ends of percentile intervals
 * are too near (Efron and Tibshirani 1993, §13.7, on discrete data), and up to about 15 too far (our
 * simulations).
 */
export const MIN_DIFFERING_QUESTIONS = 15;

/** The values that a measurement can take. */
export interface Bounds {
  /** Smallest value. */
  readonly low: number;
  /** Largest value. */
  readonly high: number;
}

/**
 * Counts the questions that differ from the most common value.
 *
 * @param values One value per question.
 * @returns How many are not equal to it, up to 1e-9.
 */
export function numDiffering(values: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const value = Math.round(values[i]! * 1e9);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return values.length - Math.max(0, ...counts.values());
}

/**
 * Agresti and Coull's interval of a share (1998): the normal interval after z² questions were imagined, half
 * of them right, on an effective number of questions. Means over agents that err apart vary less than
 * single answers, n·p(1 − p)/s² questions count as many (Kott and Carr 1997, for clustered samples); half a
 * question is imagined here too, as s² of few differing questions may be small by chance. Simulations find
 * that it covers at least as often as it says.
 *
 * @param values One value per question, at least one.
 * @param bounds What values can be.
 * @param z Quantile of the normal distribution for the level; 1.96 for 95 %.
 * @returns Its ends, inside the bounds, around the mean of `values`, never without width.
 */
export function agrestiCoullInterval(
  values: ArrayLike<number>,
  bounds: Bounds,
  z: number,
): Bounds {
  const width = bounds.high - bounds.low;
  const shares = Float64Array.from(values, (value) => (value - bounds.low) / width);
  const mean = sumOf(shares) / shares.length;
  const ofSingleAnswers = shares.length * mean * (1 - mean);
  const ofTheseAnswers = sumOf(shares.map((share) => (share - mean) ** 2));
  const count = shares.length * (ofSingleAnswers + 0.5) / (ofTheseAnswers + 0.5);
  const middle = (count * mean + z ** 2 / 2) / (count + z ** 2);
  const reach = z * Math.sqrt(middle * (1 - middle) / (count + z ** 2));
  return {
    low: bounds.low + width * Math.max(0, Math.min(mean, middle - reach)),
    high: bounds.low + width * Math.min(1, Math.max(mean, middle + reach)),
  };
}

/**
 * Bonett and Price's interval of a paired difference (2012): the normal interval after z²/2 questions were
 * imagined, half of them at each bound. Simulations find that it covers at least as often as it says.
 *
 * @param differences One difference per question, at least one.
 * @param bounds What differences can be; their middle is 0.
 * @param z Quantile of the normal distribution for the level; 1.96 for 95 %.
 * @returns Its ends, inside the bounds, around the mean of `differences`, never without width.
 */
export function bonettPriceInterval(
  differences: ArrayLike<number>,
  bounds: Bounds,
  z: number,
): Bounds {
  const numbers = Float64Array.from(differences);
  const sum = sumOf(numbers);
  const count = numbers.length + z ** 2 / 2;
  const middle = sum / count;
  const squares = sumOf(numbers.map((number) => number ** 2)) + bounds.high ** 2 * z ** 2 / 2;
  const reach = z * Math.sqrt(Math.max(0, squares / count - middle ** 2) / count);
  const mean = sum / numbers.length;
  return {
    low: Math.max(bounds.low, Math.min(mean, middle - reach)),
    high: Math.min(bounds.high, Math.max(mean, middle + reach)),
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
