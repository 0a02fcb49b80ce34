import type { Vote, VoteOptions } from "./vote.ts";

/** Above it, the number of subsets is too large for a double. */
const MAX_VOTES = 1000;

/**
 * Expected credit of a majority vote of n of N answers (self-consistency, Wang et al. 2023, arXiv
 * 2203.11171), for every n: the mean of `voteCredit()` over all subsets of size n, counted exactly.
 *
 * With c right answers, for each number r of right ones drawn, the ways to draw the others so that no
 * wrong answer comes more than r times and j come r times are the coefficients of a product of
 * polynomials, one factor Σₓ C(w, x) zˣ per wrong answer that is there w times. Each way counts 1/(1 + j).
 *
 * @param votes N independent answers to one question, 1 to 1000.
 * @param options How invalid answers count.
 * @returns Shape [N]: the credit for n = 1 … N.
 * @throws {RangeError} If there is no vote, or more than 1000.
 *
 * @example Two right answers of three
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { expectedVoteCredits } from "./expected_vote.ts";
 *
 * const votes = ["1", "1", "2"].map((answer) => ({ answer, correct: answer === "1" }));
 * const [one, two, three] = expectedVoteCredits(votes);
 * assertAlmostEquals(one!, 2 / 3);
 * assertAlmostEquals(two!, (1 + 1 / 2 + 1 / 2) / 3); // {1, 1}, {1, 2}, {1, 2}
 * assertAlmostEquals(three!, 1);
 * ```
 */
export function expectedVoteCredits(votes: readonly Vote[], options: VoteOptions = {}): number[] {
  const numVotes = votes.length;
  if (numVotes === 0 || numVotes > MAX_VOTES) {
    throw new RangeError(
      `Cannot take votes of subsets as 1 to ${MAX_VOTES} answers are needed: there are ${numVotes} votes`,
    );
  }
  const { compat = "paper" } = options;
  const numInvalid = votes.filter(({ answer }) => answer === null).length;
  const numRight = votes.filter(({ answer, correct }) => answer !== null && correct).length;
  const wrongCounts = countWrong(votes);
  const creditOfWays = new Float64Array(numVotes + 1);
  const waysForRight = binomials(numRight);
  for (let r = 1; r <= numRight; r++) {
    // In official mode "invalid" must not have more votes than the right answer, and loses ties.
    const isInvalidCapped = compat === "official" && numInvalid > r;
    // Answers that can neither win nor tie are drawn freely, as one heap.
    const numFree = wrongCounts.reduce((sum, w) => w < r ? sum + w : sum, 0) +
      (isInvalidCapped ? 0 : numInvalid);
    let waysJD: Float64Array[] = [Float64Array.from(binomials(numFree))]; // [tied][others drawn]
    for (const w of wrongCounts) if (w >= r) waysJD = drawUpTo(waysJD, w, r);
    for (const [j, waysD] of waysJD.entries()) {
      const ways = isInvalidCapped ? times(waysD, binomials(numInvalid).slice(0, r + 1)) : waysD;
      for (let d = 0; d < ways.length; d++) {
        if (ways[d] !== 0) creditOfWays[r + d]! += waysForRight[r]! * ways[d]! / (1 + j);
      }
    }
  }
  const numSubsets = binomials(numVotes);
  return Array.from(
    { length: numVotes },
    // Counts above 2⁵³ are rounded, so the quotient can exceed 1.
    (_, i) => Math.min(1, creditOfWays[i + 1]! / numSubsets[i + 1]!),
  );
}

/** How often every wrong answer is there. */
function countWrong(votes: readonly Vote[]): number[] {
  const counts = new Map<string, number>();
  for (const { answer, correct } of votes) {
    if (answer !== null && !correct) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** Draws up to r of a wrong answer that is there w ≥ r times; with r of them it ties. */
function drawUpTo(waysJD: readonly Float64Array[], w: number, r: number): Float64Array[] {
  const choices = binomials(w).slice(0, r + 1);
  const untied = choices.slice(0, r);
  const length = waysJD[0]!.length + r;
  const next = Array.from({ length: waysJD.length + 1 }, () => new Float64Array(length));
  for (const [j, waysD] of waysJD.entries()) {
    times(waysD, untied).forEach((ways, d) => next[j]![d]! += ways);
    waysD.forEach((ways, d) => next[j + 1]![d + r]! += ways * choices[r]!);
  }
  return next;
}

/** Product of two polynomials, lowest power first. */
function times(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const product = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) {
    if (a[i] === 0) continue;
    for (let j = 0; j < b.length; j++) product[i + j]! += a[i]! * b[j]!;
  }
  return product;
}

/** C(n, 0) … C(n, n). */
function binomials(n: number): number[] {
  const row = [1];
  for (let k = 1; k <= n; k++) row.push(Math.round(row[k - 1]! * (n - k + 1) / k));
  return row;
}
