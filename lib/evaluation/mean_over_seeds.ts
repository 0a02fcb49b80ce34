import type { Random } from "../core/mod.ts";
import { bootstrapDifference, bootstrapMean, type Interval } from "./bootstrap.ts";
import type { Bounds } from "./few_questions.ts";
import { intervalOverSeeds } from "./interval_over_seeds.ts";
import type { QuestionKey } from "./question_key.ts";
import { drawResamples } from "./resamples.ts";

/** What is measured of each question, by its identity; null = it does not count. */
export type QuestionValues = ReadonlyMap<QuestionKey, number | null>;

/** Measurements of several training runs by their seeds. */
export type SeedValues = ReadonlyMap<number, QuestionValues>;

/** Options of {@link meanOverSeeds} and {@link differenceOverSeeds}. */
export interface SeedsOptions {
  /** Source of the resampling; not advanced. */
  readonly random: Random;
  /** What one measurement of a question can be. */
  readonly bounds: Bounds;
  /** Resamples of the bootstrap over questions. Default 2000. */
  readonly numResamples?: number;
}

/**
 * Mean over the questions of all seeds, with an interval for new questions, and for new training runs as well
 * where there are several (`intervalOverSeeds()`, which is at least as wide).
 *
 * @param values Values by seed and question.
 * @param options Randomness and bounds.
 * @returns The mean and its interval; null if no question counts.
 * @throws {RangeError} If a value is outside of the bounds.
 */
export function meanOverSeeds(values: SeedValues, options: SeedsOptions): Interval | null {
  const valuesSQ = [...values.values()].map((ofSeed) => [...ofSeed.values()]);
  const valuesQ = valuesSQ.flat();
  if (valuesQ.length === 0) return null;
  const keys = [...values].flatMap(([seed, ofSeed]) => keysOf(ofSeed, seed));
  const overQuestions = bootstrapMean(valuesQ, drawResamples(keys, options), options);
  return widened(overQuestions, valuesSQ, options);
}

/**
 * Paired difference of two measurements of the same questions, over the seeds that both have.
 *
 * @param after Values by seed and question.
 * @param before Other values of the same questions.
 * @param options Randomness, and the bounds of either measurement.
 * @returns The mean of after − before and its interval as in {@link meanOverSeeds}; null if no question counts in both.
 * @throws {RangeError} If a seed has other questions in one than in the other.
 */
export function differenceOverSeeds(
  after: SeedValues,
  before: SeedValues,
  options: SeedsOptions,
): Interval | null {
  const pairs = [...after].flatMap(([seed, values]) => {
    const others = before.get(seed);
    return others === undefined ? [] : [pairsOf(values, others, seed)];
  });
  const pooled = pairs.flat();
  const keys = [...after].flatMap(([seed, values]) => before.has(seed) ? keysOf(values, seed) : []);
  if (pooled.length === 0) return null;
  const overQuestions = bootstrapDifference(
    pooled.map(([one]) => one),
    pooled.map(([, other]) => other),
    { ...options, resamples: drawResamples(keys, options) },
  );
  const differences = pairs.map((ofSeed) =>
    ofSeed.map(([one, other]) => one === null || other === null ? null : one - other)
  );
  const width = options.bounds.high - options.bounds.low;
  return widened(overQuestions, differences, { bounds: { low: -width, high: width } });
}

/** Questions of different seeds differ unless they are known to ask the same. */
function keysOf(values: QuestionValues, seed: number): QuestionKey[] {
  return [...values.keys()].map((key) => `${seed} ${key}`);
}

function pairsOf(
  values: QuestionValues,
  others: QuestionValues,
  seed: number,
): [number | null, number | null][] {
  return [...values].map(([question, value]) => {
    const other = others.get(question);
    if (other === undefined || others.size !== values.size) {
      throw new RangeError(
        `Cannot pair measurements of seed ${seed} as both must cover the same questions: ` +
          `${values.size} and ${others.size} questions`,
      );
    }
    return [value, other];
  });
}

function widened(
  overQuestions: Interval | null,
  valuesSQ: readonly (readonly (number | null)[])[],
  { bounds }: { readonly bounds: Bounds },
): Interval | null {
  if (overQuestions === null) return null;
  const counted = valuesSQ.map((valuesQ) => valuesQ.filter((value) => value !== null))
    .filter(({ length }) => length > 0);
  const means = counted.map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  const countsS = counted.map(({ length }) => length);
  return intervalOverSeeds(means, { overQuestions, countsS, bounds }) ?? overQuestions;
}
