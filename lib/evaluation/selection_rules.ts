import { bestOfNCredit, expectedBestOfNCredits, type ScoredAnswer } from "./best_of_n.ts";
import { expectedVoteCredits } from "./expected_vote.ts";
import { expectedOracleCredits, oracleCredit } from "./oracle_best_of_n.ts";
import { type Vote, voteCredit, type VoteOptions } from "./vote.ts";
import { weightedVoteCredit, weightedVotes } from "./weighted_vote.ts";

/**
 * A way of choosing one of several answers to a question.
 *
 * @typeParam Answer What it needs to know of an answer.
 */
export interface SelectionRule<Answer extends Vote = ScoredAnswer> {
  /** Its name in tables. */
  readonly name: string;
  /** Chance in [0, 1] that the chosen one of these answers is right, ties broken uniformly. */
  readonly credit: (answers: readonly Answer[]) => number;
  /**
   * Mean of `credit` over all subsets of size n, for n = 1 … N, shape [N]. Absent where there is no formula:
   * subsets are then listed or drawn.
   */
  readonly expectedCredits?: (answers: readonly Answer[]) => number[];
  /** `credit` of many subsets, given as places in the answers; absent where `credit` is as fast. */
  readonly creditsOfSubsets?: (
    answers: readonly Answer[],
  ) => (subset: readonly number[]) => number;
}

/**
 * Majority vote (Wang et al. 2023).
 *
 * @param options How invalid answers count.
 * @returns The rule `vote`.
 */
export function majorityVote(options: VoteOptions = {}): SelectionRule<Vote> {
  return {
    name: "vote",
    credit: (answers) => voteCredit(answers, options),
    expectedCredits: (answers) => expectedVoteCredits(answers, options),
  };
}

/** Vote weighted by the verifier's scores (Li et al. 2023): {@link weightedVoteCredit}. */
export const WEIGHTED_VOTE: SelectionRule = {
  name: "weightedVote",
  credit: weightedVoteCredit,
  creditsOfSubsets: weightedVotes,
};

/** The answer that the verifier scores best (Cobbe et al. 2021): {@link bestOfNCredit}. */
export const BEST_OF_N: SelectionRule = {
  name: "bestOfN",
  credit: bestOfNCredit,
  expectedCredits: expectedBestOfNCredits,
};

/** An oracle's choice, the ceiling of all rules (Chen et al. 2021): {@link oracleCredit}. */
export const ORACLE_BEST_OF_N: SelectionRule<Vote> = {
  name: "oracle",
  credit: oracleCredit,
  expectedCredits: expectedOracleCredits,
};
