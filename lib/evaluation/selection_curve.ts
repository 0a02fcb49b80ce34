import { bootstrapMean, drawResamples, type Interval, type ResampleOptions } from "./bootstrap.ts";
import type { SelectionRule } from "./selection_rules.ts";
import { type SubsetOptions, type Subsets, subsetsOf } from "./subsets.ts";
import type { Vote } from "./vote.ts";

/** What a rule reaches with n answers. */
export interface SelectionPoint {
  /** n. */
  readonly numAnswers: number;
  /** Mean over questions with its interval. */
  readonly accuracy: Interval;
  /** Expected credit of every question, shape [Q]: for paired differences. */
  readonly creditsQ: readonly number[];
  /** Whether it is the mean over all subsets of size n; else over drawn ones. */
  readonly isExact: boolean;
}

/** Options of {@link selectionCurve}. */
export interface SelectionCurveOptions extends ResampleOptions, SubsetOptions {
  /** Level of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/**
 * Accuracy of a rule against the number of answers that it chooses from, from one set of N answers to
 * every question.
 *
 * The credit with n answers is the mean over the subsets of size n (a U-statistic; Hoeffding 1948). It has
 * no bias if the answers to a question are independent: of answers of a discussion only n = N says
 * something. At n = 1 every rule is the accuracy of one answer.
 *
 * @typeParam Answer What the rule needs to know of an answer.
 * @param answersQN Answers to every question, at least 1 each; {@link answersByQuestion} arranges rows.
 * @param rule How one is chosen.
 * @param options Randomness, resamples, level and the most subsets. Equal options resample equal questions.
 * @returns Points n = 1 … N, with N the number of answers of the question that has fewest.
 * @throws {RangeError} If there is no question, or one has no answer.
 *
 * @example Best of n by the verifier
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Random } from "../core/mod.ts";
 * import { selectionCurve } from "./selection_curve.ts";
 * import { BEST_OF_N } from "./selection_rules.ts";
 *
 * const right = { answer: "1", correct: true, score: 0.9 };
 * const wrong = { answer: "2", correct: false, score: 0.1 };
 * const curve = selectionCurve([[right, wrong], [wrong, wrong]], BEST_OF_N, {
 *   random: Random.fromSeed(0),
 * });
 * assertAlmostEquals(curve[0]!.accuracy.estimate, 0.25);
 * assertAlmostEquals(curve[1]!.accuracy.estimate, 0.5);
 * ```
 */
export function selectionCurve<Answer extends Vote>(
  answersQN: readonly (readonly Answer[])[],
  rule: SelectionRule<Answer>,
  options: SelectionCurveOptions,
): SelectionPoint[] {
  const most = fewestAnswers(answersQN);
  const resamples = drawResamples(answersQN.length, options);
  const credits = selectionCredits(answersQN, rule, options);
  return Array.from({ length: most }, (_, i) => {
    const { creditsQ, isExact } = credits(i + 1);
    const accuracy = bootstrapMean(creditsQ, resamples, {
      ...options,
      bounds: { low: 0, high: 1 },
    })!; // null only where no question counts
    return { numAnswers: i + 1, accuracy, creditsQ, isExact };
  });
}

/** What a rule reaches with n answers, by question. */
export type CreditsOf = (numAnswers: number) => Pick<SelectionPoint, "creditsQ" | "isExact">;

/**
 * What a rule reaches with some n, without intervals.
 *
 * @typeParam Answer What the rule needs to know of an answer.
 * @param answersQN Answers to every question, at least 1 each.
 * @param rule How one is chosen.
 * @param options Randomness and the most subsets.
 * @returns Gives the credits for an n, which no question may have fewer answers than.
 */
export function selectionCredits<Answer extends Vote>(
  answersQN: readonly (readonly Answer[])[],
  rule: SelectionRule<Answer>,
  options: SubsetOptions,
): CreditsOf {
  return rule.expectedCredits === undefined
    ? creditsBySubsets(answersQN, rule, options)
    : creditsByFormula(answersQN, rule.expectedCredits);
}

function creditsByFormula<Answer>(
  answersQN: readonly (readonly Answer[])[],
  expectedCredits: (answers: readonly Answer[]) => number[],
): CreditsOf {
  const creditsQN = answersQN.map((answers) => expectedCredits(answers));
  return (n) => ({ creditsQ: creditsQN.map((credits) => credits[n - 1]!), isExact: true });
}

function creditsBySubsets<Answer extends Vote>(
  answersQN: readonly (readonly Answer[])[],
  rule: SelectionRule<Answer>,
  options: SubsetOptions,
): CreditsOf {
  return (n) => {
    // Questions share drawn subsets, which leaves their answers as independent as they were.
    const subsetsByNumber = new Map<number, Subsets>();
    for (const { length } of answersQN) {
      if (!subsetsByNumber.has(length)) subsetsByNumber.set(length, subsetsOf(length, n, options));
    }
    const creditsQ = answersQN.map((answers) => {
      const { indices } = subsetsByNumber.get(answers.length)!;
      const sum = indices.reduce(
        (sum, subset) => sum + rule.credit(subset.map((i) => answers[i]!)),
        0,
      );
      return sum / indices.length;
    });
    return { creditsQ, isExact: [...subsetsByNumber.values()].every(({ isExact }) => isExact) };
  };
}

function fewestAnswers(answersQN: readonly (readonly unknown[])[]): number {
  if (answersQN.length === 0) {
    throw new RangeError("Cannot choose answers as at least 1 question is needed: there are 0");
  }
  const empty = answersQN.findIndex((answers) => answers.length === 0);
  if (empty !== -1) {
    throw new RangeError(
      `Cannot choose answers as every question needs at least 1: place ${empty} has 0 answers`,
    );
  }
  return answersQN.reduce((least, { length }) => Math.min(least, length), Infinity);
}
