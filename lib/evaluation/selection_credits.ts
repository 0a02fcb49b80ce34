import type { SelectionRule } from "./selection_rules.ts";
import { type SubsetOptions, type Subsets, subsetsOf } from "./subsets.ts";
import type { Vote } from "./vote.ts";

/** What a rule reaches with n answers, by question. */
export type CreditsOf = (numAnswers: number) => {
  /** Expected credit of every question, shape [Q]. */
  readonly creditsQ: readonly number[];
  /** Whether it is the mean over all subsets of size n; else over drawn ones. */
  readonly isExact: boolean;
};

/**
 * What a rule reaches when it chooses from n of N answers to every question.
 *
 * The credit with n answers is the mean over the subsets of size n (a U-statistic; Hoeffding 1948). It has
 * no bias if the answers to a question are independent: of answers of a discussion only n = N says
 * something. At n = 1 every rule is the accuracy of one answer.
 *
 * @typeParam Answer What the rule needs to know of an answer.
 * @param answersQN Answers to every question, at least 1 each; {@link answersByQuestion} arranges rows.
 * @param rule How one is chosen.
 * @param options Randomness and the most subsets.
 * @returns Gives the credits for an n, which no question may have fewer answers than.
 *
 * @example Best of n by the verifier
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Random } from "../core/mod.ts";
 * import { selectionCredits } from "./selection_credits.ts";
 * import { BEST_OF_N } from "./selection_rules.ts";
 *
 * const right = { answer: "1", correct: true, score: 0.9 };
 * const wrong = { answer: "2", correct: false, score: 0.1 };
 * const creditsOf = selectionCredits([[right, wrong], [wrong, wrong]], BEST_OF_N, {
 *   random: Random.fromSeed(0),
 * });
 * assertAlmostEquals(creditsOf(1).creditsQ[0]!, 0.5);
 * assertAlmostEquals(creditsOf(2).creditsQ[0]!, 1);
 * ```
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
      const creditOf = rule.creditsOfSubsets?.(answers) ??
        ((subset) => rule.credit(subset.map((i) => answers[i]!)));
      return indices.reduce((sum, subset) => sum + creditOf(subset), 0) / indices.length;
    });
    return { creditsQ, isExact: [...subsetsByNumber.values()].every(({ isExact }) => isExact) };
  };
}
