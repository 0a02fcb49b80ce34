import { subsetShares } from "./subset_shares.ts";
import type { Vote } from "./vote.ts";

/** An answer with what the verifier gives for it; an evaluation's row with a score is one. */
export interface ScoredAnswer extends Vote {
  /** The verifier's score, finite; higher is better. */
  readonly score: number;
}

/**
 * Credit of the answer that the verifier scores best (Cobbe et al. 2021, arXiv 2110.14168, §4.2): the
 * chance to be right when choosing uniformly among the valid answers with the highest score.
 *
 * An invalid answer is never chosen, as it is no vote: what has no answer can be told without a gold one.
 *
 * @param answers At least 1.
 * @returns Share of right answers among the best-scored valid ones; 0 if none is valid.
 * @throws {RangeError} If there is no answer, or a score is not finite.
 *
 * @example Two answers with the same score
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bestOfNCredit } from "./best_of_n.ts";
 *
 * const answers = [
 *   { answer: "1", correct: true, score: 0.9 },
 *   { answer: "2", correct: false, score: 0.9 },
 *   { answer: "3", correct: false, score: 0.2 },
 * ];
 * assertEquals(bestOfNCredit(answers), 0.5);
 * ```
 */
export function bestOfNCredit(answers: readonly ScoredAnswer[]): number {
  const best = scoreLevels(answers).at(-1);
  return best === undefined ? 0 : best.numRight / best.size;
}

/**
 * Expected credit of the best-scored of n of N answers, for every n.
 *
 * The mean of {@link bestOfNCredit} over all subsets of size n, by order statistics: with m answers of a
 * score, c of them right, and L below it (the invalid ones among these), a subset's highest score is this
 * one in [C(L + m, n) − C(L, n)] / C(N, n) of the subsets, and the answer chosen is then right in c / m,
 * as answers of one score are interchangeable.
 *
 * @param answers N independent answers to one question, at least 1.
 * @returns Shape [N]: the credit for n = 1 … N.
 * @throws {RangeError} If there is no answer, or a score is not finite.
 */
export function expectedBestOfNCredits(answers: readonly ScoredAnswer[]): number[] {
  const levels = scoreLevels(answers);
  const credits = new Array<number>(answers.length).fill(0);
  let numBelow = answers.filter(({ answer }) => answer === null).length;
  let below = subsetShares(numBelow, answers.length);
  for (const { size, numRight } of levels) {
    numBelow += size;
    const upTo = subsetShares(numBelow, answers.length);
    for (const [i, share] of upTo.entries()) {
      credits[i]! += (share - below[i]!) * numRight / size;
    }
    below = upTo;
  }
  return credits.map((credit) => Math.min(1, credit)); // a sum of rounded shares can exceed 1
}

interface ScoreLevel {
  readonly score: number;
  size: number;
  numRight: number;
}

/** Valid answers counted by score, lowest first. */
function scoreLevels(answers: readonly ScoredAnswer[]): ScoreLevel[] {
  if (answers.length === 0) {
    throw new RangeError("Cannot choose an answer as at least 1 is needed: there are 0 answers");
  }
  const levels = new Map<number, ScoreLevel>();
  for (const { answer, correct, score } of answers) {
    if (!Number.isFinite(score)) {
      throw new RangeError(
        `Cannot choose by score as every score must be finite: current value is ${score}`,
      );
    }
    if (answer === null) continue;
    const level = levels.get(score) ?? { score, size: 0, numRight: 0 };
    levels.set(score, level);
    level.size++;
    if (correct) level.numRight++;
  }
  return [...levels.values()].sort((a, b) => a.score - b.score);
}
