/**
 * Quantile of sorted values by their mid-distribution function: each distinct value stands at the share of
 * values below it and half of those equal to it, with straight lines between (Ma, Genton and Parzen 2011,
 * "Asymptotic properties of sample quantiles of discrete distributions"). Means of right and wrong answers
 * are multiples of 1 / Q: the ordinary quantile is always one of these, half a step too far out on average.
 *
 * @param sorted Values, ascending, at least one.
 * @param share In [0, 1].
 * @returns The quantile, between the smallest and the largest value.
 */
export function midQuantile(sorted: Float64Array, share: number): number {
  const count = sorted.length;
  let [previous, previousShare] = [sorted[0]!, 0];
  for (let from = 0; from < count;) {
    const value = sorted[from]!;
    let to = from + 1;
    while (to < count && sorted[to]! - value <= 1e-9) to++;
    const middle = (from + to) / 2 / count;
    if (middle >= share) {
      const part = from === 0 ? 1 : (share - previousShare) / (middle - previousShare);
      return previous + part * (value - previous);
    }
    [previous, previousShare] = [value, middle];
    from = to;
  }
  return sorted[count - 1]!;
}

/**
 * The share at which {@link midQuantile} reaches a value.
 *
 * @param sorted Values, ascending, at least one.
 * @param value Any value; one up to 1e-9 from one of `sorted` counts as that.
 * @returns In [0, 1]: 0 below the smallest value, 1 above the largest.
 */
export function midShare(sorted: Float64Array, value: number): number {
  const count = sorted.length;
  let [previous, previousShare] = [-Infinity, 0];
  for (let from = 0; from < count;) {
    const here = sorted[from]!;
    let to = from + 1;
    while (to < count && sorted[to]! - here <= 1e-9) to++;
    const middle = (from + to) / 2 / count;
    if (value < here - 1e-9) {
      const part = from === 0 ? 0 : (value - previous) / (here - previous);
      return previousShare + part * (middle - previousShare);
    }
    if (value <= sorted[to - 1]! + 1e-9) return middle;
    [previous, previousShare] = [here, middle];
    from = to;
  }
  return 1;
}
