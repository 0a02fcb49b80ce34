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
 * Quantile of Student's t distribution: exact for 1 and 2 degrees of freedom, by four terms of the
 * Cornish-Fisher expansion for more (Abramowitz and Stegun 26.7.5; off by 0.1 % at 3 for 0.975).
 *
 * @param probability In [0.5, 1).
 * @param degrees Degrees of freedom, at least 1.
 * @returns The quantile, at least 0.
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (degrees === 1) return Math.tan(Math.PI * (probability - 0.5));
  if (degrees === 2) {
    const distance = 2 * probability - 1;
    return distance * Math.sqrt(2 / (1 - distance ** 2));
  }
  const z = normalQuantile(probability);
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}

/** Probability of a normal variable below −z, z at least 0; by bisection of its quantile. */
function normalTail(z: number): number {
  let low = 0;
  let high = 0.5;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalQuantile(middle) < -z) low = middle;
    else high = middle;
  }
  return high;
}
