/**
 * What a batch must be like, and which of its positions matter.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";
import { positionLimit } from "./position_limit.ts";
import type { ForwardOptions } from "./forward_options.ts";

/** Which states the last layer computes, and which of those are wanted. */
export interface WantedStates {
  /** M, positions at the end of each row whose states are computed. */
  readonly numStates: number;
  /** Shape [N], which of those B * M states are wanted; undefined = all, in order. */
  readonly rows: Int32Array | undefined;
}

/**
 * How many of each row's last positions the last layer must attend from so that every wanted state is
 * among them, and which of its rows those are (undefined = all, in order).
 *
 * @param at Shape [N], flat indices of the wanted states; all by default.
 * @param numRows B.
 * @param numTokens T.
 * @returns M, and the rows among B * M.
 * @throws {RangeError} When an index lies outside of the batch.
 */
export function wantedStates(
  at: Int32Array | undefined,
  numRows: number,
  numTokens: number,
): WantedStates {
  if (!at) return { numStates: numTokens, rows: undefined };
  let first = numTokens - 1;
  for (const index of at) {
    if (index < 0 || index >= numRows * numTokens) {
      throw new RangeError(
        `Cannot run the decoder as at must hold indices from 0 to ${
          numRows * numTokens - 1
        }: got ${index}`,
      );
    }
    first = Math.min(first, index % numTokens);
  }
  const numStates = numTokens - first;
  const rows = at.map((index) =>
    Math.floor(index / numTokens) * numStates + index % numTokens - first
  );
  const isAll = rows.length === numRows * numStates && rows.every((row, i) => row === i);
  return { numStates, rows: isAll ? undefined : rows };
}

/**
 * Refuses batches that do not fit together.
 *
 * @param numIds B * T.
 * @param options Rows, padding and cache.
 * @param config Sizes of the decoder.
 * @throws {RangeError} When rows, starts or cache do not fit.
 */
export function checkBatch(numIds: number, options: ForwardOptions, config: DecoderConfig): void {
  const { numRows, starts, cache, slots, gradientCheckpointing } = options;
  if (!Number.isSafeInteger(numRows) || numRows < 1 || numIds === 0 || numIds % numRows) {
    refuse(
      "ids must hold numRows rows of the same number of tokens",
      `got ${numIds} ids for ${numRows} rows`,
    );
  }
  if (starts.length !== numRows) {
    refuse("starts must have one entry per row", `got ${starts.length} for ${numRows} rows`);
  }
  if (cache && gradientCheckpointing) {
    refuse("gradientCheckpointing and a cache exclude each other", "got both");
  }
  if (slots) checkSlots(slots, options, numIds / numRows);
  else if (cache && cache.numRows !== numRows) {
    refuse("the cache must hold the batch's rows", `got ${cache.numRows} for ${numRows} rows`);
  }
  const end = (cache?.length ?? 0) + numIds / numRows;
  // With a cache a row may begin later, in a coming pass.
  const latest = cache?.capacity ?? end;
  const { positions, setting } = positionLimit(config);
  for (const [row, start] of starts.entries()) {
    if (start < 0 || start > latest) {
      refuse(`starts must lie from 0 to ${latest}`, `got ${start} in row ${row}`);
    }
    const length = (slots ? slots[2 * row + 1]! + 1 : end) - start;
    if (length > positions) {
      refuse(
        `a row must fit in ${setting} ${positions}`,
        `row ${row} has ${length} tokens, shorten it`,
      );
    }
  }
}

/** Kernels write to these slots unchecked. */
function checkSlots(
  slots: Int32Array,
  { cache, numRows }: ForwardOptions,
  numTokens: number,
): void {
  if (!cache || numTokens !== 1 || slots.length !== 2 * numRows) {
    refuse(
      "slots need a cache, one token a row, and a row and a position for each",
      `got ${slots.length} numbers for ${numRows} rows of ${numTokens} tokens` +
        (cache ? "" : " and no cache"),
    );
  }
  const { numRows: numCached, capacity } = cache;
  for (let token = 0; token < numRows; token++) {
    const row = slots[2 * token]!;
    const position = slots[2 * token + 1]!;
    const isWithin = row >= 0 && row < numCached && position >= 0 && position < capacity;
    // Threads take tokens in their order, all of a row's by the same one.
    const isNext = token === 0 || row > slots[2 * token - 2]! ||
      (row === slots[2 * token - 2] && position === slots[2 * token - 1]! + 1);
    if (isWithin && isNext) continue;
    refuse(
      `slots must go up within ${numCached} rows of ${capacity} positions, those of a row one by one`,
      `got row ${row}, position ${position} for token ${token}`,
    );
  }
}

/**
 * Refuses ids that are no tokens.
 *
 * @param ids Token ids.
 * @param config Names the vocabulary's size.
 * @throws {RangeError} When an id lies outside of it.
 */
export function checkIds(ids: Int32Array, { vocabSize }: DecoderConfig): void {
  const index = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (index >= 0) {
    refuse(`token ids must lie from 0 to ${vocabSize - 1}`, `got ${ids[index]} at index ${index}`);
  }
}

function refuse(expected: string, actual: string): never {
  throw new RangeError(`Cannot run the decoder as ${expected}: ${actual}`);
}
