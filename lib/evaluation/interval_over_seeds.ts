import type { Interval } from "./bootstrap.ts";
import type { Bounds } from "./few_questions.ts";
import { studentQuantile } from "./interval_tails.ts";
import { studentPValue } from "./p_values.ts";

/** Options of {@link intervalOverSeeds}. */
export interface OverSeedsOptions {
  /** The interval of the same number over the questions of all seeds, at the same level. */
  readonly overQuestions: Interval;
  /** Shape [S], how many questions each seed has, at least 1; absent = all as many. */
  readonly countsS?: readonly number[];
  /** Share of intervals that are to hold the truth, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** What a mean can be; absent = not known. */
  readonly bounds?: Bounds;
}

/**
 * The same number for a new training run: seeds are a sample as well as questions.
 *
 * Student's interval of the seeds' means with S − 1 degrees of freedom: each seed has questions of its own, so
 * that how far the means lie apart holds both what differs between runs and what differs between questions. It
 * is at least as wide as the interval over questions, as a few seeds may be alike by chance.
 *
 * Why not resample seeds, and questions within them (Davison and Hinkley 1997, §3.8; Agarwal et al. 2021 resample
 * runs within each of many tasks): S seeds give a bootstrap (S − 1) / S of the variance and the tails of the
 * normal distribution, too little where S is 3 to 5. Cameron, Gelbach and Miller (2008) advise for few clusters
 * to enlarge by √(S / (S − 1)) and to take Student's distribution with at most S − 1 degrees of freedom, which
 * for a mean of means is this interval.
 *
 * With w_s the share of the questions that seed s has, the mean is m = Σ w_s·m_s and its variance
 * S / (S − 1) · Σ w_s²·(m_s − m)²; of as many questions in each seed, that of the means divided by S.
 *
 * Coverage of 95 % intervals in 1000 simulations each, of 100 questions a seed (`bench/seed_coverage.ts`): this
 * interval, percentiles of seeds and questions resampled, and the interval over questions alone. Means that are
 * far from evenly spread need more seeds; a few that look alike cannot tell of a kind of run that is rare.
 *
 * | accuracy of a seed | 2 seeds | 3 seeds | 5 seeds | 10 seeds |
 * | --- | --- | --- | --- | --- |
 * | seeds alike, 0.8 | 0.99, 0.97, 0.94 | 0.98, 0.97, 0.94 | 0.98, 0.99, 0.95 | 0.98, 0.99, 0.95 |
 * | 0.8 ± 0.05, even | 0.97, 0.87, 0.78 | 0.94, 0.89, 0.76 | 0.94, 0.92, 0.74 | 0.94, 0.96, 0.77 |
 * | 0.5 ± 0.2, even | 0.93, 0.62, 0.37 | 0.93, 0.78, 0.37 | 0.93, 0.87, 0.33 | 0.94, 0.91, 0.37 |
 * | 1 - 0.05 · exponential | 0.96, 0.73, 0.66 | 0.92, 0.82, 0.63 | 0.89, 0.86, 0.56 | 0.91, 0.91, 0.56 |
 * | 0.95, one of four 0.5 | 0.72, 0.37, 0.00 | 0.59, 0.58, 0.28 | 0.77, 0.76, 0.30 | 0.93, 0.91, 0.28 |
 *
 * Of agents that answer the same 60 questions within each of 3 or 5 seeds which differ evenly, in 1500 simulations:
 * coverage of this interval, and of that over questions of what these very runs would give with other questions.
 *
 * | a question gives | 3 seeds | 5 seeds |
 * | --- | --- | --- |
 * | 3 agents alike, 0.7 ± 0.08 | 0.94, 0.95 | 0.95, 0.96 |
 * | 3 agents alike, 0.6 → 0.7 ± 0.08, paired | 0.93, 0.95 | 0.93, 0.95 |
 * | 4 in 10 differ, 0 ± 0.08, paired | 0.96, 0.95 | 0.96, 0.96 |
 *
 * Where seeds ask the same texts, their means lie apart by less than questions differ; the interval over questions
 * takes texts together (`drawResamples()`) and holds that part. Coverage of this interval, and of the same where
 * texts are unknown, in 500 simulations of 60 questions a seed from 80 texts, which settle 9 of 10 answers
 * (`bench/support/repeated_coverage.ts`): 0.95 and 0.78 of 5 seeds that are alike, 0.95 and 0.82 of seeds ± 0.03,
 * 0.94 and 0.91 of seeds ± 0.1; of one seed 0.96 and 0.91.
 *
 * @param meansS Shape [S], the mean of each seed, or of each seed's paired differences.
 * @param options The interval over questions, questions of each seed, level and bounds.
 * @returns The interval around the mean, with the larger of Student's p-value and that over questions if these
 * are differences; null where there are fewer than two seeds.
 * @throws {RangeError} If a mean is not finite, numbers of seeds differ or the level is outside (0, 1).
 */
export function intervalOverSeeds(
  meansS: readonly number[],
  { overQuestions, countsS = meansS.map(() => 1), level = 0.95, bounds }: OverSeedsOptions,
): Interval | null {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot find an interval as level must be in (0, 1): current value is ${level}`,
    );
  }
  const odd = meansS.find((mean) => !Number.isFinite(mean));
  if (odd !== undefined) {
    throw new RangeError(`Cannot average seeds as their means must be finite: one is ${odd}`);
  }
  const numSeeds = meansS.length;
  if (countsS.length !== numSeeds) {
    throw new RangeError(
      `Cannot average seeds as each needs its number of questions: ${numSeeds} means, ${countsS.length} numbers`,
    );
  }
  if (numSeeds < 2) return null;
  const total = sumOf(countsS);
  const estimate = sumOf(meansS.map((mean, s) => countsS[s]! / total * mean));
  const squares = sumOf(meansS.map((mean, s) => (countsS[s]! / total * (mean - estimate)) ** 2));
  const standardError = Math.sqrt(numSeeds / (numSeeds - 1) * squares);
  const reach = studentQuantile((1 + level) / 2, numSeeds - 1) * standardError;
  const { low = -Infinity, high = Infinity } = bounds ?? {};
  const { p } = overQuestions;
  return {
    estimate,
    low: Math.max(low, Math.min(estimate - reach, overQuestions.low)),
    high: Math.min(high, Math.max(estimate + reach, overQuestions.high)),
    // As wide as the wider of two intervals, it leaves out zero where both do.
    ...(p === undefined
      ? {}
      : { p: Math.max(p, studentPValue(estimate, standardError, numSeeds - 1)) }),
  };
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
