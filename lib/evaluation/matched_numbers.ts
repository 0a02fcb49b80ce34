import { type CostedAnswer, costOfIndependent, costPerQuestion } from "./answer_costs.ts";
import { matchedAnswers } from "./matched_answers.ts";

/** How many independent answers cost as much as a discussion. */
export interface MatchedNumbers {
  /** Answers that a discussion holds when it does not stop early: A · T. */
  readonly atEqualAnswers: number;
  /** The smallest number that takes at least as many tokens. */
  readonly atEqualTokens: number;
}

/**
 * Numbers of independent answers at matched compute.
 *
 * @param discussed Answers of discussions of some questions.
 * @param independent Independent answers to them, at least one; say what an answer costs.
 * @param options A and T of the discussions, and first answers whose prompts were each computed once.
 * @returns Both numbers, at least 1; A · T twice where nothing was computed, as no prompt fitted.
 */
export function matchedNumbers(
  discussed: readonly CostedAnswer[],
  independent: readonly CostedAnswer[],
  { numAgents, numTurns, firstTurn }: {
    readonly numAgents: number;
    readonly numTurns: number;
    readonly firstTurn: readonly CostedAnswer[];
  },
): MatchedNumbers {
  const atEqualAnswers = numAgents * numTurns;
  const { tokens } = costPerQuestion(discussed);
  const { shared, each } = costOfIndependent(independent, firstTurn);
  if (tokens <= 0 || each.tokens <= 0) return { atEqualAnswers, atEqualTokens: atEqualAnswers };
  const cost = { tokensPerAnswer: each.tokens, sharedTokens: shared.tokens };
  return { atEqualAnswers, atEqualTokens: matchedAnswers(tokens, cost).numAnswers };
}
