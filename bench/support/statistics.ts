/**
 * Ratios and slopes of measurements.
 *
 * @module
 */
import { median } from "../../lib/evaluation/mod.ts";

/** How many times faster one side is than the other. */
export interface RatioSummary {
  /** Ratio of the medians, other / own: above 1, the own side is faster. */
  readonly ofMedians: number;
  /** Ratio of each pair, in order. */
  readonly pairs: readonly number[];
  /** Least ratio of a pair. */
  readonly least: number;
  /** Largest ratio of a pair. */
  readonly most: number;
}

/**
 * Compares measurements that were taken in pairs.
 *
 * @param own Seconds of the own side, one per pair.
 * @param other Seconds of the other side, one per pair.
 * @returns Ratios other / own.
 * @throws {RangeError} If there is no pair or the numbers differ.
 */
export function summariseRatios(own: readonly number[], other: readonly number[]): RatioSummary {
  if (own.length === 0 || own.length !== other.length) {
    throw new RangeError(
      `Cannot compare as each measurement must have its pair: ${own.length} and ${other.length}`,
    );
  }
  const pairs = own.map((seconds, i) => other[i]! / seconds);
  return {
    ofMedians: median(other) / median(own),
    pairs,
    least: Math.min(...pairs),
    most: Math.max(...pairs),
  };
}

/** y = c·x^exponent, fitted. */
export interface PowerLaw {
  /** Slope of log y over log x. */
  readonly exponent: number;
  /** Standard error of the exponent from the residuals; NaN with two points. */
  readonly standardError: number;
  /** c. */
  readonly factor: number;
}

/**
 * Fits a power law by least squares on logarithms.
 *
 * @param points At least two, with positive coordinates and not all at one x.
 * @returns Exponent with its standard error √(Σ r² / (n − 2) / Σ (log x − mean)²).
 * @throws {RangeError} If there are fewer points, or one is not positive.
 */
export function fitPowerLaw(
  points: readonly { readonly x: number; readonly y: number }[],
): PowerLaw {
  if (new Set(points.map(({ x }) => x)).size < 2 || points.some(({ x, y }) => !(x > 0 && y > 0))) {
    throw new RangeError(
      `Cannot fit a power law as two positive points at different x are needed: ${
        JSON.stringify(points)
      }`,
    );
  }
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const n = logs.length;
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / n;
  const sxx = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const sxy = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const exponent = sxy / sxx;
  const squares = logs.reduce(
    (sum, { x, y }) => sum + (y - meanY - exponent * (x - meanX)) ** 2,
    0,
  );
  return {
    exponent,
    standardError: n > 2 ? Math.sqrt(squares / (n - 2) / sxx) : NaN,
    factor: Math.exp(meanY - exponent * meanX),
  };
}
