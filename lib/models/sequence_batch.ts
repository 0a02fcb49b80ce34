/**
 * Token sequences of different lengths as one left-padded batch, with the positions that count.
 *
 * @module
 */

/** One token sequence of which some tokens are trained on or scored. */
export interface MaskedSequence {
  /** Token ids, prompt and responses in order. */
  readonly tokens: Int32Array;
  /** Same length as `tokens`; 1 = this token is predicted from what precedes it and counts. */
  readonly mask: Uint8Array;
}

/** A left-padded batch and, flattened over it, every token that counts. Shapes use the batch's B rows and T positions. */
export interface SequenceBatch {
  /** Shape [B * T], row-major, pad tokens on the left. */
  readonly ids: Int32Array;
  /** Shape [B], the number of pad tokens of each row. */
  readonly starts: Int32Array;
  /** B. */
  readonly numRows: number;
  /** T, the longest sequence. */
  readonly length: number;
  /** Shape [N], for each token that counts the flat index (row * T + position) of the state that predicts it. */
  readonly sources: Int32Array;
  /** Shape [N], the token ids that count. */
  readonly targets: Int32Array;
  /** Shape [B + 1], row b owns entries offsets[b] to offsets[b + 1] - 1 of `sources` and `targets`. */
  readonly offsets: Int32Array;
}

/**
 * Left-pads sequences into one batch.
 *
 * @param sequences At least one; each has at least one token. A mask on a sequence's first token
 * is refused, as nothing predicts it.
 * @param padTokenId The id to pad with.
 * @returns The batch; rows keep the order of `sequences`.
 * @throws {RangeError} On an empty batch, an empty sequence, a mask of another length or a mask on the first token.
 */
export function sequenceBatch(
  sequences: readonly MaskedSequence[],
  padTokenId: number,
): SequenceBatch {
  if (sequences.length === 0) {
    throw new RangeError("Cannot batch sequences as at least one is needed: got 0");
  }
  let length = 0, count = 0;
  for (const [row, { tokens, mask }] of sequences.entries()) {
    if (tokens.length === 0 || mask.length !== tokens.length || mask[0] === 1) {
      throw new RangeError(
        `Cannot batch sequence ${row} as it needs tokens, a mask of the same length and no mask on its first token: ` +
          `got ${tokens.length} tokens, a mask of ${mask.length} that starts with ${mask[0]}`,
      );
    }
    length = Math.max(length, tokens.length);
    for (const flag of mask) count += flag;
  }
  const numRows = sequences.length;
  const ids = new Int32Array(numRows * length).fill(padTokenId);
  const starts = new Int32Array(numRows);
  const sources = new Int32Array(count);
  const targets = new Int32Array(count);
  const offsets = new Int32Array(numRows + 1);
  let entry = 0;
  for (const [row, { tokens, mask }] of sequences.entries()) {
    const start = length - tokens.length;
    starts[row] = start;
    ids.set(tokens, row * length + start);
    for (let i = 1; i < tokens.length; i++) {
      if (mask[i] !== 1) continue;
      sources[entry] = row * length + start + i - 1;
      targets[entry++] = tokens[i]!;
    }
    offsets[row + 1] = entry;
  }
  return { ids, starts, numRows, length, sources, targets, offsets };
}

/**
 * What one more micro-batch costs, in tokens: a forward and backward pass of the smallest batch takes about
 * as long as this many more tokens in a larger one (10 ms, a model of 0.77 M parameters on two cores; it is less
 * in larger models). Cutting where it saves less padding would cost more than it saves.
 */
const MICRO_BATCH_TOKENS = 256;

/**
 * Groups sequences of similar length so that padding and the number of groups cost least together, and
 * the size of a group is bounded.
 *
 * @param lengths Tokens of each sequence.
 * @param maxTokens Most padded tokens (rows times longest) of a group; a single longer sequence makes its own group.
 * @returns Indices into `lengths`, longest sequences first; deterministic.
 */
export function planMicroBatches(lengths: readonly number[], maxTokens: number): number[][] {
  const order = lengths.map((_, index) => index)
    .sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  // Groups of neighbours in this order are best, as the longest of a group fixes its padded length: the
  // cheapest way to group the first n is a cheapest way to group fewer, and one group behind it.
  const costs = [0];
  const starts = [0];
  for (let end = 1; end <= order.length; end++) {
    let cost = Infinity;
    let start = end - 1;
    for (let from = end - 1; from >= 0; from--) {
      const tokens = (end - from) * lengths[order[from]!]!;
      if (tokens > maxTokens && from < end - 1) break;
      const total = costs[from]! + tokens + MICRO_BATCH_TOKENS;
      if (total <= cost) [cost, start] = [total, from];
    }
    costs.push(cost);
    starts.push(start);
  }
  const groups: number[][] = [];
  for (let end = order.length; end > 0; end = starts[end]!) {
    groups.unshift(order.slice(starts[end]!, end));
  }
  return groups;
}
