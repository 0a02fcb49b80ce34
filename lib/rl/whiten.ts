/** Options of {@link whiten}. */
export interface WhitenOptions {
  /** Which values count, shape [N], 1 = counts; default all. */
  readonly mask?: ArrayLike<number>;
  /**
   * False: the mean is taken out and the result has mean 0. True: the spread is scaled to 1 around
   * the mean, which stays where it is. (Libraries call both of these `shift_mean`.) Default false.
   */
  readonly keepMean?: boolean;
}

/** Added to the variance, so that equal values become 0 and not a division by 0. */
const EPSILON = 1e-8;

/** Mean and variance of the values that count. */
export interface Moments {
  /** Number of values that count. */
  readonly count: number;
  /** Their mean; 0 if there are none. */
  readonly mean: number;
  /** Their variance with Bessel's correction (divided by count − 1); 0 for fewer than two. */
  readonly variance: number;
}

/**
 * Mean and unbiased variance of the values that a mask counts.
 *
 * @param values Shape [N].
 * @param mask Shape [N], 1 = counts; default all.
 * @returns Their moments.
 * @throws {RangeError} If the mask has another length.
 */
export function maskedMoments(values: ArrayLike<number>, mask?: ArrayLike<number>): Moments {
  if (mask !== undefined && mask.length !== values.length) {
    throw new RangeError(
      `Cannot mask ${values.length} values as the mask must have their length: it has ${mask.length}`,
    );
  }
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    count++;
    sum += values[i]!;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    squares += (values[i]! - mean) ** 2;
  }
  return { count, mean, variance: count < 2 ? 0 : squares / (count - 1) };
}

/**
 * Scales values to variance 1: (x − mean) / √(variance + 1e-8), plus the mean again with `keepMean`.
 *
 * The variance has Bessel's correction, as in TRL's `masked_var`. A single value becomes 0 (or itself with
 * `keepMean`), and so do values that are all equal.
 *
 * @param values Shape [N].
 * @param options Mask, and what happens to the mean.
 * @returns Shape [N]; 0 where the mask is 0.
 * @throws {RangeError} If the mask has another length.
 */
export function whiten(
  values: ArrayLike<number>,
  options: WhitenOptions = {},
): Float64Array<ArrayBuffer> {
  const moments = maskedMoments(values, options.mask);
  return whitenBy(values, moments, options);
}

/**
 * {@link whiten} by the moments of other values, of which these are a part.
 *
 * @param values Shape [N].
 * @param moments Mean and variance.
 * @param options Mask, and what happens to the mean.
 * @returns Shape [N]; 0 where the mask is 0.
 */
export function whitenBy(
  values: ArrayLike<number>,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  { mask, keepMean = false }: WhitenOptions = {},
): Float64Array<ArrayBuffer> {
  const scale = 1 / Math.sqrt(variance + EPSILON);
  const whitened = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    whitened[i] = (values[i]! - mean) * scale + (keepMean ? mean : 0);
  }
  return whitened;
}
