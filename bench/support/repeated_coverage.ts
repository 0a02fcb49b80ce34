import type { Random } from "../../lib/core/mod.ts";
import { type Interval, meanOverSeeds, questionKey } from "../../lib/evaluation/mod.ts";
import { even } from "./seed_coverage.ts";

/** Training runs whose questions are drawn from few texts. */
export interface RepeatedCase {
  /** S. */
  readonly numSeeds: number;
  /** Questions of each seed. */
  readonly numQuestions: number;
  /** Texts that the questions of all seeds have, in a world of as many. */
  readonly numTexts: number;
  /** How far seeds are apart, as a standard deviation of their accuracies. */
  readonly ofSeeds: number;
  /** Share of answers that depend on the text alone, as of facts that a model knows or does not. */
  readonly bound: number;
}

/** How {@linkcode measureRepeatedCoverage} simulates. */
export interface RepeatedCoverageOptions {
  /** Results to simulate. */
  readonly trials: number;
  /** Of every bootstrap. */
  readonly numResamples: number;
  /** Of all draws. */
  readonly random: Random;
}

const TRUTH = 0.6;

/**
 * Simulates results of seeds that ask the same few texts and counts the intervals that hold the truth, which is that
 * of all seeds and all texts that there could be.
 *
 * @param world How training runs come out.
 * @param options Sizes and randomness.
 * @returns Shares of intervals: where texts are known, and where all questions are taken for different ones.
 */
export function measureRepeatedCoverage(
  world: RepeatedCase,
  { trials, random, numResamples }: RepeatedCoverageOptions,
): { readonly known: number; readonly unknown: number } {
  const held = { known: 0, unknown: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const stream = random.split(trial);
    const hardnesses = Array.from({ length: world.numTexts }, () => stream.uniform());
    const seeds = Array.from({ length: world.numSeeds }, () => {
      const accuracy = TRUTH + world.ofSeeds * even(stream);
      return Array.from({ length: world.numQuestions }, () => {
        const text = stream.integer(0, world.numTexts);
        const isBound = stream.uniform() < world.bound;
        const hardness = isBound ? hardnesses[text]! : stream.uniform();
        return { text, value: hardness < accuracy ? 1 : 0 };
      });
    });
    const intervalOf = (keyOf: (question: number, text: number) => string): Interval =>
      meanOverSeeds(
        new Map(seeds.map((questions, seed) => [
          seed,
          new Map(questions.map(({ text, value }, q) => [keyOf(q, text), value])),
        ])),
        { random: stream, bounds: { low: 0, high: 1 }, numResamples },
      )!;
    const holds = ({ low, high }: Interval) => low <= TRUTH && TRUTH <= high ? 1 : 0;
    held.known += holds(intervalOf((q, text) => questionKey(`${q}`, `${text}`)));
    held.unknown += holds(intervalOf((q) => `${q}`));
  }
  return { known: held.known / trials, unknown: held.unknown / trials };
}
