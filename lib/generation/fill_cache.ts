/**
 * The pass over prompts, cut where it takes long.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { yieldToEvents } from "../core/yield_to_events.ts";
import { type AdaptedDecoder, forwardFlops, type KvCache } from "../models/mod.ts";

/** What {@link fillCache} computes, and with what. */
export interface FillCacheOptions {
  /** What computes. */
  readonly model: AdaptedDecoder;
  /** Takes the keys and values. */
  readonly cache: KvCache;
  /** Shape [B], first position of each row that is no padding. */
  readonly starts: Int32Array;
  /** Most floating-point operations of a pass; at least one position of every row is computed. */
  readonly maxFlops?: number;
  /** Stops between two passes; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A second or two of a small processor: so long an interruption may wait. */
const DEFAULT_MAX_FLOPS = 2e11;

/**
 * Puts keys and values of all but the last positions of prompts into their cache, piece by piece, so that events are
 * let through. Small models take all positions in one pass, and here none.
 *
 * @param ids Shape [B * T], the tokens behind the filled positions of the cache.
 * @param options Model, cache, padding, signal.
 * @returns Shape [B * L], 1 <= L <= T: the last tokens, which are left for the pass whose states are wanted.
 * @throws The signal's reason when it aborts.
 */
export async function fillCache(
  ids: Int32Array,
  { model, cache, starts, maxFlops = DEFAULT_MAX_FLOPS, signal }: FillCacheOptions,
): Promise<Int32Array> {
  const numRows = starts.length;
  const numPositions = ids.length / numRows;
  const flops = forwardFlops(model.decoder.config, {
    numTokens: ids.length,
    context: cache.length + numPositions / 2,
  });
  const most = Math.max(1, Math.floor(numPositions * maxFlops / flops));
  let from = 0;
  for (; numPositions - from > most; from += most) {
    await yieldToEvents(signal);
    passOver(columnsOf(ids, { numRows, from, to: from + most }), { model, cache, starts });
  }
  return from === 0 ? ids : columnsOf(ids, { numRows, from, to: numPositions });
}

/**
 * Puts keys and values of some tokens into a cache.
 *
 * @param ids Shape [B * T], the tokens behind the filled positions of the cache.
 * @param options Model, cache, padding.
 */
export function passOver(
  ids: Int32Array,
  { model, cache, starts }: Pick<FillCacheOptions, "model" | "cache" | "starts">,
): void {
  const numRows = starts.length;
  tf.tidy("generate", () => {
    model.decoder.forward(ids, {
      numRows,
      starts,
      cache,
      // Nobody wants a state, but then the last layer computes no more than one of each row.
      at: lastOfRows(numRows, ids.length),
      ...(model.adapter ? { adapter: model.adapter } : {}),
    });
  });
}

/**
 * Where the last tokens of rows lie.
 *
 * @param numRows B, rows.
 * @param numTokens B * T, tokens of all of them.
 * @returns Shape [B], flat indices.
 */
export function lastOfRows(numRows: number, numTokens: number): Int32Array {
  return Int32Array.from({ length: numRows }, (_, row) => (row + 1) * numTokens / numRows - 1);
}

function columnsOf(
  ids: Int32Array,
  { numRows, from, to }: { readonly numRows: number; readonly from: number; readonly to: number },
): Int32Array {
  const numPositions = ids.length / numRows;
  const columns = new Int32Array(numRows * (to - from));
  for (let row = 0; row < numRows; row++) {
    const first = row * numPositions;
    columns.set(ids.subarray(first + from, first + to), row * (to - from));
  }
  return columns;
}
