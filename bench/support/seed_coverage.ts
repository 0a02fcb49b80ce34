/**
 * How often intervals over seeds hold the truth, on simulated training runs whose truth is known.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import {
  bootstrapDifference,
  bootstrapMean,
  drawResamples,
  type Interval,
  intervalOverSeeds,
  type Resamples,
} from "../../lib/evaluation/mod.ts";
import { agentShares } from "./coverage.ts";

/** A training run. */
export interface DrawnSeed {
  /** Its mean over all questions that there could be. */
  readonly mean: number;
  /** Draws what one question gives. */
  readonly question: (random: Random) => number;
}

/** A way in which training runs come out. */
export interface SeedCase {
  /** What is measured. */
  readonly name: string;
  /** Mean over all seeds that there could be. */
  readonly truth: number;
  /** Whether questions give differences, in [-1, 1], and no shares. */
  readonly isDifference?: true;
  /** Draws a training run. */
  readonly draw: (random: Random) => DrawnSeed;
}

/** One answer to each question. */
function single(name: string, truth: number, draw: (random: Random) => number): SeedCase {
  const drawSeed = (random: Random) => {
    const mean = draw(random);
    return { mean, question: (random: Random) => random.uniform() < mean ? 1 : 0 };
  };
  return { name, truth, draw: drawSeed };
}

/** Training runs whose accuracies differ not at all, evenly, mostly upwards, or in two heaps. */
export const SEED_CASES: readonly SeedCase[] = [
  single("seeds alike, 0.8", 0.8, () => 0.8),
  single("0.8 ± 0.05, even", 0.8, (random) => 0.8 + 0.05 * even(random)),
  single("0.5 ± 0.2, even", 0.5, (random) => 0.5 + 0.2 * even(random)),
  single(
    "1 - 0.05 · exponential",
    0.95, // up to 1e-9: beyond 20 times 0.05 it is cut off at 0
    (random) => Math.max(0, 1 + 0.05 * Math.log(1 - random.uniform())),
  ),
  single(
    "0.95, one of four 0.5",
    0.75 * 0.95 + 0.25 * 0.5,
    (random) => random.uniform() < 0.75 ? 0.95 : 0.5,
  ),
];

/** Questions that are easy or hard for all agents, within seeds that differ evenly: what tables over arms show. */
export const TABLE_CASES: readonly SeedCase[] = [
  {
    name: "3 agents alike, 0.7 ± 0.08",
    truth: 0.7,
    draw(random) {
      const mean = 0.7 + 0.08 * even(random);
      return { mean, question: (random) => agentShares(random, 0.5, [mean])[0]! };
    },
  },
  {
    name: "3 agents alike, 0.6 → 0.7 ± 0.08, paired",
    truth: 0.1,
    isDifference: true,
    draw(random) {
      const mean = 0.1 + 0.08 * even(random);
      const question = (random: Random) => {
        const [before, after] = agentShares(random, 0.5, [0.6, 0.6 + mean]);
        return after! - before!;
      };
      return { mean, question };
    },
  },
  {
    name: "4 in 10 differ, 0 ± 0.08, paired",
    truth: 0,
    isDifference: true,
    draw(random) {
      const mean = 0.08 * even(random);
      const question = (random: Random) => {
        const draw = random.uniform();
        return draw < 0.2 + mean / 2 ? 1 : draw < 0.4 ? -1 : 0;
      };
      return { mean, question };
    },
  },
];

/** Uniform, with mean 0 and deviation 1. */
export const even = (random: Random) => Math.sqrt(12) * (random.uniform() - 0.5);

/** Shares of intervals that hold the truth. */
export interface SeedCoverage {
  /** Of `intervalOverSeeds()`. */
  readonly overSeeds: number;
  /** Of plain percentiles, seeds and then questions within them resampled; null where this was not asked for. */
  readonly resampled: number | null;
  /** Of the interval over questions alone. */
  readonly overQuestions: number;
  /** Of that interval, which hold what these very training runs would give with other questions. */
  readonly ofTheseRuns: number;
  /** Of `intervalOverSeeds()`, which lie wholly above the truth. */
  readonly above: number;
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
  /** Whether seeds and questions are resampled as well, which takes long; default true. */
  readonly isResampled?: boolean;
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
  const { numSeeds, numQuestions, trials, random, isResampled = true } = options;
  const resamples = drawResamples(numSeeds * numQuestions, options);
  const stream = random.split(world.name, numSeeds);
  const held = { overSeeds: 0, resampled: 0, overQuestions: 0, ofTheseRuns: 0, above: 0 };
  const holds = ({ low, high }: Pick<Interval, "low" | "high">, truth = world.truth) =>
    low <= truth && truth <= high ? 1 : 0;
  for (let trial = 0; trial < trials; trial++) {
    const seeds = Array.from({ length: numSeeds }, () => world.draw(stream));
    const valuesS = seeds.map(({ question }) =>
      Array.from({ length: numQuestions }, () => question(stream))
    );
    const { overQuestions, overSeeds } = intervalsOf(valuesS, {
      resamples,
      isDifference: world.isDifference ?? false,
    });
    held.overQuestions += holds(overQuestions);
    held.ofTheseRuns += holds(overQuestions, meanOf(seeds.map(({ mean }) => mean)));
    held.overSeeds += holds(overSeeds);
    held.above += overSeeds.low > world.truth ? 1 : 0;
    if (isResampled) held.resampled += holds(twoStage(valuesS, options.numResamples, stream));
  }
  return {
    overSeeds: held.overSeeds / trials,
    resampled: isResampled ? held.resampled / trials : null,
    overQuestions: held.overQuestions / trials,
    ofTheseRuns: held.ofTheseRuns / trials,
    above: held.above / trials,
  };
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Both intervals that tables show of the questions of several seeds.
 *
 * @param valuesS Shape [S][Q], what each question of each seed gives.
 * @param options Resamples of all questions, and whether these are differences.
 * @returns Over questions and over seeds.
 */
export function intervalsOf(
  valuesS: readonly (readonly number[])[],
  { resamples, isDifference }: { readonly resamples: Resamples; readonly isDifference: boolean },
): { readonly overQuestions: Interval; readonly overSeeds: Interval } {
  const values = valuesS.flat();
  const bounds = { low: 0, high: 1 };
  const overQuestions = isDifference
    ? bootstrapDifference(values, values.map(() => 0), { resamples, bounds })!
    : bootstrapMean(values, resamples, { bounds })!;
  const overSeeds = intervalOverSeeds(valuesS.map(meanOf), {
    overQuestions,
    bounds: isDifference ? { low: -1, high: 1 } : bounds,
  })!;
  return { overQuestions, overSeeds };
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
