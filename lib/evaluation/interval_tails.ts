/**
 * Which share of resampled means lies outside an interval.
 *
 * @module
 */
import { normalQuantile } from "../core/mod.ts";

/**
 * Share of resampled means below a two-sided percentile interval, so that it is as wide as Student's
 * interval (Hesterberg 2015, "What teachers should know about the bootstrap", §5): resampling divides the
 * variance by n instead of n − 1 and has normal tails, and the plain percentiles of 20 questions are
 * therefore too narrow by a tenth.
 *
 * @param level Share of intervals that are to hold the truth, in (0, 1).
 * @param count n, number of questions, at least 2.
 * @returns Φ(−√(n / (n − 1))·t), t the quantile of Student's distribution; below (1 − level) / 2.
 */
export function expandedTail(level: number, count: number): number {
  const quantile = studentQuantile((1 + level) / 2, count - 1);
  return normalTail(Math.sqrt(count / (count - 1)) * quantile);
}

/**
 * The p-value at which an interval of {@link expandedTail} ends where so many resampled means lie beyond.
 *
 * @param tail Share of resampled means beyond, in (0, 0.5].
 * @param count n, number of questions, at least 2.
 * @returns The p whose `expandedTail(1 - p, count)` is that share, in [0, 1].
 */
export function expandedPValue(tail: number, count: number): number {
  return 2 * studentTail(-normalQuantile(tail) * Math.sqrt((count - 1) / count), count - 1);
}

/**
 * Probability of a variable with Student's t distribution above t: the finite series for whole degrees
 * (Abramowitz and Stegun 26.7.3 and 26.7.4).
 *
 * @param t At least 0; may be infinite.
 * @param degrees Degrees of freedom, a whole number of at least 1.
 * @returns The probability, in [0, 0.5].
 */
export function studentTail(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const squaredCosine = 1 / (1 + t ** 2 / degrees);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = isOdd ? 1 : 0; k < degrees - 1; k += 2) {
    sum += term;
    term *= squaredCosine * (k + 1) / (k + 2);
  }
  const inside = Math.sin(angle) * sum;
  return Math.max(0, (1 - (isOdd ? (angle + inside) * 2 / Math.PI : inside)) / 2);
}

/**
 * Quantile of Student's t distribution, by bisection of {@link studentTail}.
 *
 * @param probability In [0.5, 1).
 * @param degrees Degrees of freedom, a whole number of at least 1.
 * @returns The quantile, at least 0.
 */
export function studentQuantile(probability: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentTail(high, degrees) > 1 - probability) [low, high] = [high, 2 * high];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, degrees) > 1 - probability) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Probability of a normal variable below −z, by bisection of its quantile.
 *
 * @param z At least 0.
 * @returns The probability, in [0, 0.5].
 */
export function normalTail(z: number): number {
  let low = 0;
  let high = 0.5;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalQuantile(middle) < -z) low = middle;
    else high = middle;
  }
  return high;
}
