/**
 * How often intervals over seeds hold the truth, on simulated training runs whose truth is known.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import {
  bootstrapMean,
  drawResamples,
  type Interval,
  intervalOverSeeds,
} from "../../lib/evaluation/mod.ts";

/** A way in which training runs come out. */
export interface SeedCase {
  /** What is measured. */
  readonly name: string;
  /** Mean accuracy over all seeds that there could be. */
  readonly truth: number;
  /** Draws the accuracy of one seed. */
  readonly draw: (random: Random) => number;
}

/** Training runs whose accuracies differ not at all, evenly, mostly upwards, or in two heaps. */
export const SEED_CASES: readonly SeedCase[] = [
  { name: "seeds alike, 0.8", truth: 0.8, draw: () => 0.8 },
  { name: "0.8 ± 0.05, even", truth: 0.8, draw: (random) => 0.8 + 0.05 * even(random) },
  { name: "0.5 ± 0.2, even", truth: 0.5, draw: (random) => 0.5 + 0.2 * even(random) },
  {
    name: "1 - 0.05 · exponential",
    truth: 0.95, // up to 1e-9: beyond 20 times 0.05 it is cut off at 0
    draw: (random) => Math.max(0, 1 + 0.05 * Math.log(1 - random.uniform())),
  },
  {
    name: "0.95, one of four 0.5",
    truth: 0.75 * 0.95 + 0.25 * 0.5,
    draw: (random) => random.uniform() < 0.75 ? 0.95 : 0.5,
  },
];

/** Uniform, with mean 0 and deviation 1. */
const even = (random: Random) => Math.sqrt(12) * (random.uniform() - 0.5);

/** Shares of intervals that hold the truth. */
export interface SeedCoverage {
  /** Of `intervalOverSeeds()`. */
  readonly overSeeds: number;
  /** Of plain percentiles, seeds and then questions within them resampled. */
  readonly resampled: number;
  /** Of the interval over questions alone. */
  readonly overQuestions: number;
}

/** How {@link measureSeedCoverage} simulates. */
export interface SeedCoverageOptions {
  /** S. */
  readonly numSeeds: number;
  /** Questions of each. */
  readonly numQuestions: number;
  /** Results to simulate. */
  readonly trials: number;
  /** Of every bootstrap. */
  readonly numResamples: number;
  /** Of all draws. */
  readonly random: Random;
}

/**
 * Simulates results of several seeds and counts the intervals that hold the truth.
 *
 * @param world How training runs come out.
 * @param options Sizes and randomness.
 * @returns The shares.
 */
export function measureSeedCoverage(world: SeedCase, options: SeedCoverageOptions): SeedCoverage {
  const { numSeeds, numQuestions, trials, random } = options;
  const resamples = drawResamples(numSeeds * numQuestions, options);
  const stream = random.split(world.name, numSeeds);
  const held = { overSeeds: 0, resampled: 0, overQuestions: 0 };
  const holds = ({ low, high }: Pick<Interval, "low" | "high">) =>
    low <= world.truth && world.truth <= high ? 1 : 0;
  for (let trial = 0; trial < trials; trial++) {
    const rightS = Array.from({ length: numSeeds }, () => {
      const accuracy = world.draw(stream);
      return Array.from({ length: numQuestions }, () => stream.uniform() < accuracy ? 1 : 0);
    });
    const bounds = { low: 0, high: 1 };
    const overQuestions = bootstrapMean(rightS.flat(), resamples, { bounds })!;
    const means = rightS.map((right) => right.reduce<number>((a, b) => a + b, 0) / numQuestions);
    held.overQuestions += holds(overQuestions);
    held.overSeeds += holds(intervalOverSeeds(means, { overQuestions, bounds })!);
    held.resampled += holds(twoStage(rightS, options.numResamples, stream));
  }
  return {
    overSeeds: held.overSeeds / trials,
    resampled: held.resampled / trials,
    overQuestions: held.overQuestions / trials,
  };
}

/** The plain two-stage bootstrap, which is too narrow: shown for comparison alone. */
function twoStage(rightS: readonly (readonly number[])[], numResamples: number, random: Random) {
  const means = Float64Array.from({ length: numResamples }, () => {
    let [sum, count] = [0, 0];
    for (let s = 0; s < rightS.length; s++) {
      const right = rightS[random.integer(0, rightS.length)]!;
      for (let q = 0; q < right.length; q++) sum += right[random.integer(0, right.length)]!;
      count += right.length;
    }
    return sum / count;
  }).sort();
  const at = (share: number) => means[Math.round(share * (numResamples - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}
