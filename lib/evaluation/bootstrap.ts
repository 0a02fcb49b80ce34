import type { Random } from "../core/mod.ts";

/** An estimate with an interval around it. */
export interface Interval {
  /** Mean over questions. */
  readonly estimate: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Resampled questions, to be shared by everything that is to be compared. */
export interface Resamples {
  /** Q, number of questions. */
  readonly numQuestions: number;
  /** Number of resamples. */
  readonly numResamples: number;
  /** `indices[r·Q + i]`: the i-th question of resample r. */
  readonly indices: Uint32Array<ArrayBuffer>;
}

/** Options of {@link drawResamples}. */
export interface ResampleOptions {
  /** Source of the draws; it is not advanced, so equal arguments give equal resamples. */
  readonly random: Random;
  /** Number of resamples. Default 2000: the ends of a 95 % interval then rest on 50 draws each. */
  readonly numResamples?: number;
}

/**
 * Draws questions with replacement.
 *
 * The question is the unit (the cluster): answers of one discussion depend on each other, so agents
 * and turns of a question always stay together.
 *
 * @param numQuestions Q, at least 1.
 * @param options Random stream and number of resamples.
 * @returns The resamples.
 * @throws {RangeError} If a number is not an integer of at least 1.
 */
export function drawResamples(numQuestions: number, options: ResampleOptions): Resamples {
  const { random, numResamples = 2000 } = options;
  for (const [name, value] of Object.entries({ numQuestions, numResamples })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot resample as ${name} must be an integer of at least 1: current value is ${value}`,
      );
    }
  }
  const stream = random.split("bootstrap");
  const indices = new Uint32Array(numResamples * numQuestions);
  for (let i = 0; i < indices.length; i++) indices[i] = stream.integer(0, numQuestions);
  return { numQuestions, numResamples, indices };
}

/** Options of {@link bootstrapMean}. */
export interface IntervalOptions {
  /** Share of resamples inside the interval, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/**
 * Mean over questions with a percentile bootstrap interval (Efron and Tibshirani 1993, ch. 13).
 *
 * @param valuesQ One value per question, shape [Q]; null = the question does not count. Weighted by
 * nothing: questions count equally.
 * @param resamples From {@link drawResamples}.
 * @param options Level.
 * @returns The interval, or null if no question counts. With a single question it has no width.
 * @throws {RangeError} If the number of questions differs, a value is not finite, or the level is
 * outside (0, 1).
 */
export function bootstrapMean(
  valuesQ: readonly (number | null)[],
  resamples: Resamples,
  options: IntervalOptions = {},
): Interval | null {
  const { level = 0.95 } = options;
  const { numQuestions, numResamples, indices } = resamples;
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot find an interval as level must be in (0, 1): current value is ${level}`,
    );
  }
  if (valuesQ.length !== numQuestions) {
    throw new RangeError(
      `Cannot resample ${valuesQ.length} questions as resamples of ${numQuestions} questions were drawn`,
    );
  }
  const values = Float64Array.from(valuesQ, (value) => value ?? 0);
  const counts = Float64Array.from(valuesQ, (value) => value === null ? 0 : 1);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new RangeError(
      `Cannot average values as finite numbers: question ${at} has ${values[at]}`,
    );
  }
  const numCounted = counts.reduce((sum, count) => sum + count, 0);
  if (numCounted === 0) return null;
  const estimate = values.reduce((sum, value) => sum + value, 0) / numCounted;
  const means = new Float64Array(numResamples);
  let numMeans = 0;
  for (let r = 0; r < numResamples; r++) {
    let [sum, count] = [0, 0];
    for (let i = r * numQuestions; i < (r + 1) * numQuestions; i++) {
      const question = indices[i]!;
      sum += values[question]!;
      count += counts[question]!;
    }
    // A resample in which no question counts has no mean.
    if (count > 0) means[numMeans++] = sum / count;
  }
  if (numMeans === 0) return { estimate, low: estimate, high: estimate };
  const sorted = means.subarray(0, numMeans).sort();
  const tail = (1 - level) / 2;
  return { estimate, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/**
 * Paired difference of two measurements of the same questions: two turns, or two systems.
 *
 * @param afterQ Shape [Q]; null = the question does not count.
 * @param beforeQ Shape [Q], the same questions in the same order.
 * @param options Resamples and level.
 * @returns Interval of the mean of after − before, over the questions that count in both; null if
 * there are none.
 * @throws {RangeError} If the numbers of questions differ.
 */
export function bootstrapDifference(
  afterQ: readonly (number | null)[],
  beforeQ: readonly (number | null)[],
  options: IntervalOptions & { readonly resamples: Resamples },
): Interval | null {
  if (afterQ.length !== beforeQ.length) {
    throw new RangeError(
      `Cannot pair measurements as both must cover the same questions: ${afterQ.length} and ${beforeQ.length} questions`,
    );
  }
  const differences = afterQ.map((after, q) => {
    const before = beforeQ[q] ?? null;
    return after === null || before === null ? null : after - before;
  });
  return bootstrapMean(differences, options.resamples, options);
}

/** Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
