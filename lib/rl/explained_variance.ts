import { maskedMoments } from "./whiten.ts";

/**
 * How much of the spread of the returns the values explain: 1 − Var(G − V) / Var(G).
 *
 * 1 is perfect, 0 no better than a constant, negative worse than a constant.
 *
 * @param values V, shape [N].
 * @param returns G, shape [N].
 * @param mask Which entries count, shape [N], 1 = counts; default all.
 * @returns A number of at most 1, or null where it is not defined (returns without any spread).
 * @throws {RangeError} If the lengths differ.
 */
export function explainedVariance(
  values: ArrayLike<number>,
  returns: ArrayLike<number>,
  mask?: ArrayLike<number>,
): number | null {
  if (values.length !== returns.length) {
    throw new RangeError(
      `Cannot compare ${values.length} values as there must be one return each: there are ${returns.length}`,
    );
  }
  const spread = maskedMoments(returns, mask).variance;
  if (spread === 0) return null;
  const errors = Float64Array.from(returns, (g, i) => g - values[i]!);
  return 1 - maskedMoments(errors, mask).variance / spread;
}
