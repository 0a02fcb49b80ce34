/** An answer as a vote. */
export interface Vote {
  /** The answer; null = invalid. */
  readonly answer: string | null;
  /** Whether it is right; ignored for an invalid one. */
  readonly correct: boolean;
}

/** Options of {@link voteCredit}. */
export interface VoteOptions {
  /**
   * `"paper"` (default): an invalid answer is no vote. `"official"`: "invalid" is a candidate like any
   * other, which loses ties; where it has most votes the credit is 0.
   */
  readonly compat?: "paper" | "official";
}

/**
 * Credit of a majority vote: the chance to be right when choosing uniformly among the answers with
 * most votes (MAPoRL §4.1).
 *
 * All right answers are one candidate, however they are written; wrong ones are told apart as text.
 *
 * @param votes One vote per agent.
 * @param options How invalid answers count.
 * @returns 1/k if the right answer is one of k candidates with most votes, else 0.
 * @throws {RangeError} If there is no vote.
 *
 * @example One right, one wrong
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { voteCredit } from "./vote.ts";
 *
 * const votes = [{ answer: "1", correct: true }, { answer: "2", correct: false }];
 * assertEquals(voteCredit(votes), 0.5);
 * ```
 */
export function voteCredit(votes: readonly Vote[], options: VoteOptions = {}): number {
  if (votes.length === 0) {
    throw new RangeError("Cannot take a vote as at least 1 agent must answer: there are 0 votes");
  }
  const { compat = "paper" } = options;
  let numRight = 0;
  let numInvalid = 0;
  const numWrong = new Map<string, number>();
  for (const { answer, correct } of votes) {
    if (answer === null) numInvalid++;
    else if (correct) numRight++;
    else numWrong.set(answer, (numWrong.get(answer) ?? 0) + 1);
  }
  const most = Math.max(
    numRight,
    ...numWrong.values(),
    compat === "official" ? numInvalid : 0,
  );
  if (numRight < most || numRight === 0) return 0;
  let numTied = 1;
  for (const count of numWrong.values()) numTied += count === most ? 1 : 0;
  return 1 / numTied;
}
