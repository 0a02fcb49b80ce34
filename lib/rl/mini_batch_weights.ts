/**
 * How much each token counts in a mini-batch's loss.
 *
 * @module
 */

/** What {@link miniBatchWeights} needs of a row. */
export interface WeightedRow {
  /** Who gave the answer when. */
  readonly row: { readonly agent: number; readonly turn: number };
}

/**
 * One weight per row, the same for all of its tokens, so that the summed loss is the mean (or sum)
 * over the mini-batch's (turn, agent) pairs of each pair's mean over its tokens: the gradient of a
 * mini-batch that visits every pair and then steps once, as the released code does. However a mini-batch is
 * cut into micro-batches, the weights and so the gradient stay the same.
 *
 * @param rows The mini-batch.
 * @param options `aggregation` over pairs, and `count`, the number of tokens of a row that count.
 * @returns Shape [rows].
 */
export function miniBatchWeights<R extends WeightedRow>(
  rows: readonly R[],
  options: { readonly aggregation: "mean" | "sum"; readonly count: (row: R) => number },
): number[] {
  const tokensOfPair = new Map<string, number>();
  const pairOf = ({ row }: R) => `${row.turn}/${row.agent}`;
  for (const row of rows) {
    tokensOfPair.set(pairOf(row), (tokensOfPair.get(pairOf(row)) ?? 0) + options.count(row));
  }
  const share = options.aggregation === "mean" ? 1 / tokensOfPair.size : 1;
  return rows.map((row) => share / tokensOfPair.get(pairOf(row))!);
}
