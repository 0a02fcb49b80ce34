import type { ScoredAnswer } from "./best_of_n.ts";

/** Sums that differ by less than this share are the same scores added in another order. */
const ROUNDING = 1e-9;

/**
 * Credit of a vote in which every answer weighs as much as the verifier's score of it: the answer y with
 * the largest Σᵢ 1[yᵢ = y] · scoreᵢ is chosen (the voting verifier of Li et al. 2023, arXiv 2206.02336).
 *
 * As in `voteCredit()` all right answers are one candidate, wrong ones are told apart as text, an invalid
 * answer is no vote, and a tie is broken uniformly among candidates. With equal scores it is that vote.
 *
 * @param answers At least 1; scores finite and at least 0.
 * @returns 1/k if the right answer is one of k candidates with the largest sum, else 0.
 * @throws {RangeError} If there is no answer, or a score is negative or not finite.
 *
 * @example One good answer outweighs two poor ones
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { weightedVoteCredit } from "./weighted_vote.ts";
 *
 * const answers = [
 *   { answer: "1", correct: true, score: 0.9 },
 *   { answer: "2", correct: false, score: 0.3 },
 *   { answer: "2", correct: false, score: 0.4 },
 * ];
 * assertEquals(weightedVoteCredit(answers), 1);
 * ```
 */
export function weightedVoteCredit(answers: readonly ScoredAnswer[]): number {
  if (answers.length === 0) {
    throw new RangeError("Cannot take a vote as at least 1 answer is needed: there are 0 answers");
  }
  let right: number | undefined;
  const wrong = new Map<string, number>();
  for (const { answer, correct, score } of answers) {
    if (!(Number.isFinite(score) && score >= 0)) {
      throw new RangeError(
        `Cannot weight votes as every score must be finite and at least 0: current value is ${score}`,
      );
    }
    if (answer === null) continue;
    if (correct) right = (right ?? 0) + score;
    else wrong.set(answer, (wrong.get(answer) ?? 0) + score);
  }
  if (right === undefined) return 0;
  const most = Math.max(right, ...wrong.values());
  const isMost = (sum: number) => sum >= most * (1 - ROUNDING);
  if (!isMost(right)) return 0;
  return 1 / (1 + [...wrong.values()].filter(isMost).length);
}
