/**
 * Quantile with linear interpolation between the two nearest values (Hyndman and Fan's type 7).
 *
 * @param values At least one, in any order.
 * @param q In [0, 1].
 * @returns The quantile.
 * @throws {RangeError} If there is no value.
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) {
    throw new RangeError("Cannot take a quantile as there must be a value: there is none");
  }
  const sorted = values.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/**
 * The middle value, or the mean of the two middle ones.
 *
 * @param values At least one.
 * @returns The median.
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
