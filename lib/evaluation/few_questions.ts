/**
 * Intervals where too few questions differ for resampling to tell how much means vary.
 *
 * @module
 */

/**
 * Fewest questions that must differ from the most common value for a bootstrap. Resamples of 300 right
 * answers are all right, and of 300 with 3 wrong ones too many are: below about 8 the ends of percentile
 * intervals are too near (Efron and Tibshirani 1993, §13.7, on discrete data; our simulations).
 */
export const MIN_DIFFERING_QUESTIONS = 10;

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

/** Options of {@link plusFourInterval}. */
export interface PlusFourOptions {
  /** z, quantile of the normal distribution for the level; 1.96 for 95 %. */
  readonly z: number;
  /**
   * Imagined questions in units of z²: 1 for shares, which gives Agresti and Coull's four (1998); ½ for
   * paired differences, which gives Bonett and Price's two (2012).
   */
  readonly imagined: number;
}

/**
 * Normal interval of a mean after questions at both bounds were added, half of them at each. It is never
 * without width, and simulations find that it covers at least as often as it says.
 *
 * @param values One value per question, at least one.
 * @param bounds What values can be.
 * @param options Level, and how many questions are imagined.
 * @returns Its ends, inside the bounds and around the mean of `values`.
 */
export function plusFourInterval(
  values: ArrayLike<number>,
  bounds: Bounds,
  { z, imagined }: PlusFourOptions,
): Bounds {
  const atEach = imagined * z ** 2 / 2;
  const count = values.length + 2 * atEach;
  let sum = atEach * (bounds.low + bounds.high);
  let squares = atEach * (bounds.low ** 2 + bounds.high ** 2);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i]!;
    squares += values[i]! ** 2;
  }
  sum += total;
  const middle = sum / count;
  const reach = z * Math.sqrt(Math.max(0, squares / count - middle ** 2) / count);
  const mean = total / values.length;
  return {
    low: Math.min(mean, Math.max(bounds.low, middle - reach)),
    high: Math.max(mean, Math.min(bounds.high, middle + reach)),
  };
}
