/**
 * A mini-batch cut into parts that fit into memory.
 *
 * @module
 */
import { type MaskedSequence, type RowBatch, rowBatches } from "../models/mod.ts";
import { miniBatchWeights } from "./mini_batch_weights.ts";
import type { PpoRow } from "./ppo_rows.ts";

/** A part of the mini-batch: its rows in the order of their counted tokens, and each token's weight. */
export interface MicroBatch extends RowBatch {
  /** The rows of the batch's members. */
  readonly rows: readonly PpoRow[];
  /** Weight of each counted token in the loss, shape [N]. */
  readonly weights: Float32Array;
}

/** Options of {@link microBatches}. */
export interface MicroBatchOptions {
  /** Which sequence of a row is read. */
  readonly sequenceOf: (row: PpoRow) => MaskedSequence;
  /** How many of its tokens count. */
  readonly countOf: (row: PpoRow) => number;
  /** What the loss is multiplied by. */
  readonly factor: number;
  /** How the losses of (turn, agent) pairs are combined. */
  readonly lossAggregation: "mean" | "sum";
  /** Fills up short rows. */
  readonly padTokenId: number;
  /** Most padded tokens of a part. */
  readonly maxBatchTokens: number;
}

/**
 * Cuts a mini-batch. However it is cut, the weights and so the gradient stay the same.
 *
 * @param members The mini-batch.
 * @param options What each row counts, by which sequence, and times what.
 * @returns Its parts, which hold every row once.
 */
export function microBatches(
  members: readonly PpoRow[],
  options: MicroBatchOptions,
): MicroBatch[] {
  const { sequenceOf, countOf, factor, lossAggregation, padTokenId, maxBatchTokens } = options;
  const weightOf = miniBatchWeights(members, { aggregation: lossAggregation, count: countOf });
  const batches = rowBatches(members.map(sequenceOf), { padTokenId, maxTokens: maxBatchTokens });
  return batches.map((rowBatch) => {
    const weights = new Float32Array(rowBatch.batch.targets.length);
    for (const [i, index] of rowBatch.members.entries()) {
      weights.fill(factor * weightOf[index]!, rowBatch.offsets[i], rowBatch.offsets[i + 1]);
    }
    return { ...rowBatch, rows: rowBatch.members.map((index) => members[index]!), weights };
  });
}

/**
 * Arrays one behind the other.
 *
 * @param parts The arrays.
 * @returns All of their entries.
 */
export function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
