import { subsetShares } from "./subset_shares.ts";
import type { Vote } from "./vote.ts";

/**
 * Credit of an oracle that chooses among answers: 1 if any is right. No way of choosing does better.
 *
 * @param answers The answers.
 * @returns 1 or 0.
 */
export function oracleCredit(answers: readonly Vote[]): number {
  return answers.some(isRight) ? 1 : 0;
}

/**
 * Expected credit of an oracle that chooses among n of N answers: pass@n, 1 − C(N − c, n) / C(N, n) with
 * c right answers (Chen et al. 2021, arXiv 2107.03374, equation 1).
 *
 * It is the mean of {@link oracleCredit} over all subsets of size n, and so without bias where the
 * answers are independent.
 *
 * @param answers N independent answers to one question, at least 1.
 * @returns Shape [N]: the credit for n = 1 … N.
 * @throws {RangeError} If there is no answer.
 *
 * @example One right answer of three
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { expectedOracleCredits } from "./oracle_best_of_n.ts";
 *
 * const answers = ["1", "2", "2"].map((answer) => ({ answer, correct: answer === "1" }));
 * const [one, two, three] = expectedOracleCredits(answers);
 * assertAlmostEquals(one!, 1 / 3);
 * assertAlmostEquals(two!, 2 / 3);
 * assertAlmostEquals(three!, 1);
 * ```
 */
export function expectedOracleCredits(answers: readonly Vote[]): number[] {
  const numWrong = answers.filter((answer) => !isRight(answer)).length;
  return subsetShares(numWrong, answers.length).map((allWrong) => 1 - allWrong);
}

function isRight({ answer, correct }: Vote): boolean {
  return answer !== null && correct;
}
