import type { ScoredAnswer } from "./best_of_n.ts";

/** Sums that differ by less than this share are the same scores added in another order. */
const ROUNDING = 1e-9;
/** In place of the candidate of an invalid answer. */
const NO_VOTE = -1;

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
  return weightedVotes(answers)(answers.map((_, i) => i));
}

/**
 * {@linkcode weightedVoteCredit} of many subsets of the same answers, which are looked at once.
 *
 * @param answers As there.
 * @returns Gives the credit of a subset by the places of its answers, at least 1.
 * @throws {RangeError} As there.
 */
export function weightedVotes(
  answers: readonly ScoredAnswer[],
): (subset: readonly number[]) => number {
  /** Candidate 0 is the right answer; an invalid answer is none. */
  const candidates = new Map<string, number>();
  const scores = new Float64Array(answers.length);
  const candidateOf = Int32Array.from(answers, ({ answer, correct, score }, i) => {
    if (!(Number.isFinite(score) && score >= 0)) {
      throw new RangeError(
        `Cannot weight votes as every score must be finite and at least 0: current value is ${score}`,
      );
    }
    scores[i] = score;
    if (answer === null) return NO_VOTE;
    if (correct) return 0;
    if (!candidates.has(answer)) candidates.set(answer, candidates.size + 1);
    return candidates.get(answer)!;
  });
  const isNeverRight = !answers.some(({ answer, correct }) => answer !== null && correct);
  const sums = new Float64Array(candidates.size + 1);
  const isVoted = new Uint8Array(sums.length);
  return (subset) => {
    if (subset.length === 0) {
      throw new RangeError(
        "Cannot take a vote as at least 1 answer is needed: there are 0 answers",
      );
    }
    if (isNeverRight) return 0;
    sums.fill(0);
    isVoted.fill(0);
    for (const i of subset) {
      const candidate = candidateOf[i]!;
      if (candidate === NO_VOTE) continue;
      sums[candidate]! += scores[i]!;
      isVoted[candidate] = 1;
    }
    if (isVoted[0] === 0) return 0;
    let most = 0;
    for (const sum of sums) most = Math.max(most, sum);
    const least = most * (1 - ROUNDING);
    if (sums[0]! < least) return 0;
    let numTied = 0;
    for (let c = 0; c < sums.length; c++) numTied += isVoted[c]! & Number(sums[c]! >= least);
    return 1 / numTied;
  };
}
