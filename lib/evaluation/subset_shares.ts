/**
 * Share of the subsets of each size that lie within some of the answers: C(m, n) / C(N, n), the
 * probability that n of N answers, drawn without replacement, are all among m given ones.
 *
 * Each share is the one before times (m − n + 1) / (N − n + 1), so no binomial coefficient overflows.
 *
 * @param numInside m, at most N.
 * @param numAnswers N, at least 1.
 * @returns Shape [N]: the share for n = 1 … N.
 * @throws {RangeError} If a number is not an integer or out of its range.
 */
export function subsetShares(numInside: number, numAnswers: number): number[] {
  for (
    const [name, value, least, most] of [
      ["numAnswers", numAnswers, 1, Infinity],
      ["numInside", numInside, 0, numAnswers],
    ] as const
  ) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(
        `Cannot count subsets as ${name} must be an integer of [${least}, ${most}]: current value is ${value}`,
      );
    }
  }
  const shares: number[] = [];
  let share = 1;
  for (let n = 1; n <= numAnswers; n++) {
    share *= Math.max(0, numInside - n + 1) / (numAnswers - n + 1);
    shares.push(share);
  }
  return shares;
}
