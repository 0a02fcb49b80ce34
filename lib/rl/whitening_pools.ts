/**
 * Over which answers an update's rewards and advantages are whitened.
 *
 * @module
 */

/** Answers that are whitened alike. */
export interface WhiteningPool {
  /** Indices of the answers that are whitened. */
  readonly rows: readonly number[];
  /** Indices of the answers whose mean and deviation are taken, those of `rows` among them. */
  readonly over: readonly number[];
  /** What is done: nothing, the mean taken out, or the deviation scaled to 1 as well. */
  readonly mode: "none" | "center" | "whiten";
}

/**
 * Fewest answers whose deviation is taken as the scale of rewards.
 *
 * The deviation of n answers has a standard error of about 1 / √(2(n − 1)) of itself: 71 % for 2, 27 %
 * for 8, 18 % for 16, 9 % for 64. Worse is that few answers are often all right or all wrong, and what
 * is then scaled to 1 is the noise of scores and values. For answers that are right nine times in ten,
 * worth 1 ± 0.05 (wrong ones 0 ± 0.05), by 20 000 simulated updates of n answers:
 *
 * | n | updates of one outcome, noise scaled up | mean of a wrong answer's advantage | its deviation |
 * | --- | --- | --- | --- |
 * | 2 | 82 % | −0.71 | 0.00 |
 * | 4 | 66 % | −1.32 | 0.30 |
 * | 8 | 43 % | −1.95 | 0.51 |
 * | 16 | 18 % | −2.45 | 0.72 |
 * | 32 | 3 % | −2.74 | 0.77 |
 * | 64 | 0.1 % | −2.87 | 0.62 |
 *
 * With any number of answers it would be −2.96. With 2 it is the same for every pair of rewards.
 */
export const MIN_WHITENED_ANSWERS = 16;

/**
 * Which answers are whitened over which: those of one (turn, agent) by themselves where they
 * are enough; else over all agents' answers of that turn; else over all answers of the update.
 * If these are still fewer than {@link MIN_WHITENED_ANSWERS}, only their mean is taken out, and a single
 * answer is left as it is: by itself it has no mean to be compared with.
 *
 * @param rows Who gave the answer when.
 * @returns Pools whose `rows` hold every index once.
 */
export function whiteningPools(
  rows: readonly { readonly agent: number; readonly turn: number }[],
): WhiteningPool[] {
  const all = [...rows.keys()];
  const turns = Map.groupBy(all, (i) => rows[i]!.turn);
  const pairs = Map.groupBy(all, (i) => `${rows[i]!.turn}/${rows[i]!.agent}`);
  return [...pairs.values()].map((pair) => {
    const wider = [pair, turns.get(rows[pair[0]!]!.turn)!, all];
    const over = wider.find(({ length }) => length >= MIN_WHITENED_ANSWERS);
    if (over) return { rows: pair, over, mode: "whiten" };
    return { rows: pair, over: all, mode: all.length > 1 ? "center" : "none" };
  });
}
