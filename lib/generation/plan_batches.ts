/**
 * Which prompts are computed together.
 *
 * @module
 */

/** A prompt, as far as the size of its batch is concerned. */
export interface PlannedPrompt {
  /** Tokens whose keys and values are missing, at least 1. */
  readonly missing: number;
  /** All of its tokens. */
  readonly length: number;
}

/** Limits and costs of {@link planBatches}. */
export interface PlanOptions {
  /** Most rows of a batch. */
  readonly maxRows: number;
  /** What a batch more costs, in tokens of a prompt. */
  readonly batchCost: number;
}

/**
 * Splits prompts into batches. A batch computes as many positions of every row as its neediest row lacks,
 * so prompts are sorted by what they lack and cut where the positions spared outweigh a batch more:
 * the cheapest cut of the sorted list, by dynamic programming over its ends.
 *
 * @param prompts The prompts.
 * @param options Most rows, and the cost of a batch.
 * @returns Indices into the prompts: each in one batch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planBatches } from "./plan_batches.ts";
 *
 * const prompts = [90, 10, 11, 100].map((missing) => ({ missing, length: 100 }));
 * assertEquals(planBatches(prompts, { maxRows: 4, batchCost: 50 }), [[1, 2], [0, 3]]);
 * assertEquals(planBatches(prompts, { maxRows: 4, batchCost: 500 }), [[1, 2, 0, 3]]);
 * ```
 */
export function planBatches(
  prompts: readonly PlannedPrompt[],
  { maxRows, batchCost }: PlanOptions,
): number[][] {
  const order = prompts.map((_, index) => index).sort((a, b) =>
    prompts[a]!.missing - prompts[b]!.missing || prompts[a]!.length - prompts[b]!.length || a - b
  );
  // costs[end]: the least for the first `end` of the order; firsts[end]: where its last batch begins.
  const costs = new Float64Array(order.length + 1);
  const firsts = new Int32Array(order.length + 1);
  for (let end = 1; end <= order.length; end++) {
    const { missing } = prompts[order[end - 1]!]!;
    costs[end] = Infinity;
    for (let first = Math.max(0, end - maxRows); first < end; first++) {
      const cost = costs[first]! + batchCost + (end - first) * missing;
      if (cost < costs[end]!) [costs[end], firsts[end]] = [cost, first];
    }
  }
  const batches: number[][] = [];
  for (let end = order.length; end > 0; end = firsts[end]!) {
    batches.unshift(order.slice(firsts[end], end));
  }
  return batches;
}
