/**
 * What a pass behind the prompts reads.
 *
 * @module
 */
import type { Random } from "../core/random.ts";

/** One prompt and its own stream of random numbers. */
export interface GenerationItem {
  /** Token ids, at least one. */
  readonly prompt: Int32Array;
  /** Gives one uniform number per sampled token. */
  readonly random: Random;
}

/** A prompt that is being continued. */
export interface GenerationRow extends GenerationItem {
  /** In the cache. */
  readonly index: number;
  /** Position of its first token in the cache. */
  readonly start: number;
  /** The prompt and, behind it, what was sampled; with room for all of it. */
  readonly text: Int32Array;
  /** Tokens of `text` that are there. */
  length: number;
  /** Of the sampled tokens. */
  readonly logProbs: number[];
  /** Whether end-of-sequence was sampled. */
  finished: boolean;
  /** Whether who was told of its tokens has enough of them. */
  isEnough: boolean;
}

/**
 * A row before anything is sampled.
 *
 * @param item Its prompt and random stream.
 * @param options Its place, its padding, and room for as many tokens.
 * @returns The row.
 */
export function newRow(
  item: GenerationItem,
  { maxNewTokens, ...place }: Pick<GenerationRow, "index" | "start"> & {
    readonly maxNewTokens: number;
  },
): GenerationRow {
  const { length } = item.prompt;
  const text = new Int32Array(length + maxNewTokens);
  text.set(item.prompt);
  return { ...item, ...place, text, length, logProbs: [], finished: false, isEnough: false };
}

/** What a pass reads: for each row the newest token and what is guessed to follow. */
export interface StepTokens {
  /** The row of each token. */
  readonly rows: readonly GenerationRow[];
  /** How many tokens each one comes after the newest of its row. */
  readonly ahead: Int32Array;
}

/**
 * Lists the tokens of a pass.
 *
 * @param live Rows to continue.
 * @param drafts Guesses for each of them; none where there are fewer.
 * @returns The row of each token, and how far it comes after the newest.
 */
export function stepTokens(
  live: readonly GenerationRow[],
  drafts: readonly Int32Array[],
): StepTokens {
  const rows: GenerationRow[] = [];
  const ahead: number[] = [];
  for (const [index, row] of live.entries()) {
    const numTokens = 1 + (drafts[index]?.length ?? 0);
    for (let t = 0; t < numTokens; t++) {
      rows.push(row);
      ahead.push(t);
    }
  }
  return { rows, ahead: Int32Array.from(ahead) };
}

/**
 * The newest token of each row, and its draft behind it.
 *
 * @param live Rows to continue.
 * @param drafts Guesses for each of them; none where there are fewer.
 * @returns Token ids.
 */
export function newestIds(
  live: readonly GenerationRow[],
  drafts: readonly Int32Array[],
): Int32Array {
  const ids: number[] = [];
  for (const [index, { text, length }] of live.entries()) {
    ids.push(text[length - 1]!);
    for (const id of drafts[index] ?? []) ids.push(id);
  }
  return Int32Array.from(ids);
}

/**
 * Where the rows of the tokens of a pass begin.
 *
 * @param tokens The tokens.
 * @returns Shape [N], position in the cache.
 */
export function startsOf({ rows }: StepTokens): Int32Array {
  const starts = new Int32Array(rows.length);
  for (let token = 0; token < rows.length; token++) starts[token] = rows[token]!.start;
  return starts;
}

/**
 * Where the tokens of a pass lie in the cache.
 *
 * @param tokens The tokens.
 * @param step How many tokens were sampled for each row since anybody looked.
 * @returns Shape [N, 2], row and position of each.
 */
export function slotsOf({ rows, ahead }: StepTokens, step: number): Int32Array {
  const slots = new Int32Array(2 * rows.length);
  for (let token = 0; token < rows.length; token++) {
    const { index, start, length } = rows[token]!;
    slots[2 * token] = index;
    slots[2 * token + 1] = start + length - 1 + ahead[token]! + step;
  }
  return slots;
}
