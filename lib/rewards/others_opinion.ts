/**
 * What to make of an exact tie among the others: pay nothing, call it right, call it wrong, or half
 * of each (the mean of calling it right and calling it wrong).
 */
export type TieRule = "none" | "right" | "wrong" | "half";

/**
 * The share of right answers among the other agents of one turn.
 *
 * @param correctA Correctness of every agent, 0 or 1, shape [A].
 * @param agent The agent whose own answer is left out.
 * @param presentA Which answers exist, shape [A], 1 = counts.
 * @returns A share in [0, 1], or undefined if no other answer exists.
 */
export function othersRightShare(
  correctA: readonly number[],
  agent: number,
  presentA: readonly number[],
): number | undefined {
  let right = 0;
  let count = 0;
  for (const [a, correct] of correctA.entries()) {
    if (a === agent || presentA[a] === 0) continue;
    right += correct;
    count++;
  }
  return count === 0 ? undefined : right / count;
}

/**
 * The majority opinion of the others as "how right" it is (maj(t) in MAPoRL Tables 1 and 2).
 *
 * The paper does not say how a tie counts; the released code pays nothing (`"none"`). Right answers
 * agree with each other, wrong ones need not: here, as in the released code, the others are right if
 * more than half of them are, whatever the wrong ones say.
 *
 * @param share Share of right answers among the others, or undefined if there are none.
 * @param tieRule What an exact 0.5 becomes.
 * @returns 1 right, 0 wrong, 0.5 half of each, undefined if there is no opinion.
 */
export function othersOpinion(share: number | undefined, tieRule: TieRule): number | undefined {
  if (share === undefined || share !== 0.5) {
    return share === undefined ? undefined : share > 0.5 ? 1 : 0;
  }
  switch (tieRule) {
    case "none":
      return undefined;
    case "right":
      return 1;
    case "wrong":
      return 0;
    case "half":
      return 0.5;
  }
}
