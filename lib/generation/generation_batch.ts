/**
 * One batch of prompts being continued token by token.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import type { AdaptedDecoder, KvCache, LoraAdapter } from "../models/mod.ts";
import {
  checkSampled,
  linear,
  sample,
  type Sampled,
  sampleStreams,
  type SamplingOptions,
} from "../ops/mod.ts";
import type { Generated } from "./generate.ts";
import { openCache } from "./open_cache.ts";
import type { PrefixStore } from "./prefix_store.ts";

/** What a {@link GenerationBatch} samples with. */
export interface GenerationBatchOptions extends SamplingOptions {
  /** Low-rank update to sample with. */
  readonly adapter?: LoraAdapter;
  /** What computes: the store's decoder with the adapter, or one with the adapter merged in. */
  readonly model: AdaptedDecoder;
  /** Most tokens of a response. */
  readonly maxNewTokens: number;
  /** Token steps between two looks at what was sampled. */
  readonly lookEvery: number;
  /** Whether the store takes the keys and values of prompts and responses over. */
  readonly keepRows: boolean;
}

/** One prompt and its own stream of random numbers. */
export interface GenerationItem {
  /** Token ids, at least one. */
  readonly prompt: Int32Array;
  /** Gives one uniform number per sampled token. */
  readonly random: Random;
}

interface Row extends GenerationItem {
  readonly start: number;
  readonly tokens: number[];
  readonly logProbs: number[];
  finished: boolean;
}

/**
 * The cache is gathered when fewer than this share of its rows still grow. Copying keys and values
 * costs about as much as the steps of two thirds of the rows, so that it pays after a few steps;
 * measured on two cores with 192 responses of 1 to 60 tokens, 0.75 and 0.9 were equally good, 0.5 up to
 * 8 %, 0.97 10 to 15 % and never gathering 40 % slower.
 */
const MIN_LIVE_SHARE = 0.9;

/** Prompts of similar length, left-padded to one length, with their cache and what was sampled so far. */
export class GenerationBatch {
  /** Positions that the pass over the prompts computes, padding included. */
  readonly numComputed: number;
  /** Of these, padding. */
  readonly numPadded: number;
  readonly #store: PrefixStore;
  readonly #options: GenerationBatchOptions;
  readonly #rows: readonly Row[];
  readonly #cache: KvCache;
  /** The rows that the cache holds, in its order; some of them may have ended. */
  #cached: readonly Row[];
  /** Streams of the cached rows, as they stood before the first token. */
  #streams: tf.Tensor2D;
  /** What the next forward pass reads: the prompts first, then the newest token of each cached row. */
  #nextIds: Int32Array | tf.Tensor1D;
  /** Steps that nobody has looked at, oldest first. */
  #unseen: Sampled[] = [];
  /** Tokens that were sampled for every cached row, looked at or not. */
  #numSteps = 0;
  #numLive: number;

  /**
   * Pads the prompts, makes room for their keys and values, and copies those that are known.
   *
   * @param store Known prefixes, and the decoder.
   * @param items At least one prompt.
   * @param options Adapter and sampling.
   */
  constructor(
    store: PrefixStore,
    items: readonly GenerationItem[],
    options: GenerationBatchOptions,
  ) {
    this.#store = store;
    this.#options = options;
    this.#streams = streamsOf(items, options);
    const { cache, starts, ids, numPadded } = openCache(store, items.map(({ prompt }) => prompt), {
      adapter: options.adapter,
      numNew: options.maxNewTokens - 1, // the last sampled token is never fed back
    });
    this.#cache = cache;
    this.#nextIds = ids;
    this.numComputed = ids.length;
    this.numPadded = numPadded;
    this.#rows = items.map((item, row) => ({
      ...{ ...item, start: starts[row]!, tokens: [], logProbs: [], finished: false },
    }));
    this.#cached = this.#rows;
    this.#numLive = items.length;
  }

  /** Rows that still grow, as far as was looked. */
  get numLive(): number {
    return this.#numLive;
  }

  /** Tokens that were sampled, as far as was looked. */
  get numSampled(): number {
    return this.#rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
  }

  /** Samples some tokens, at most `lookEvery`, for every row that still grows, and looks at them. */
  async step(): Promise<void> {
    this.#dropEnded();
    const { lookEvery, maxNewTokens } = this.#options;
    const numSteps = Math.min(lookEvery, maxNewTokens - this.#numSteps);
    for (let step = 0; step < numSteps; step++) this.#sampleOne();
    await this.#look();
  }

  /**
   * What was sampled.
   *
   * @returns One response per item, in their order.
   */
  results(): Generated[] {
    return this.#rows.map(({ tokens, logProbs, finished }) => ({
      tokens: Int32Array.from(tokens),
      logProbs: Float32Array.from(logProbs),
      finished,
    }));
  }

  /** Hands the cache to the store, which may keep it. The batch must have ended. */
  keep(): void {
    this.#give(this.#cache, this.#cached);
    this.#cached = [];
  }

  /** Frees everything that is left. */
  dispose(): void {
    if (this.#cached.length > 0) this.#cache.dispose();
    tf.dispose([
      this.#streams,
      ...this.#unseen.flatMap(({ tokens, logProbs }) => [tokens, logProbs]),
    ]);
    if (!(this.#nextIds instanceof Int32Array)) this.#nextIds.dispose();
  }

  /** One token for every cached row, on the device; nobody looks. */
  #sampleOne(): void {
    const { temperature, topK, topP, model } = this.#options;
    const numRows = this.#cached.length;
    const ids = this.#nextIds;
    const numTokens = (ids instanceof Int32Array ? ids.length : ids.size) / numRows;
    const sampled = tf.tidy("generate", () => {
      const states = model.decoder.forward(ids, {
        numRows,
        starts: Int32Array.from(this.#cached, ({ start }) => start),
        cache: this.#cache,
        at: Int32Array.from({ length: numRows }, (_, row) => (row + 1) * numTokens - 1),
        ...(model.adapter ? { adapter: model.adapter } : {}),
      });
      const logits = linear(states, this.#store.decoder.head()); // [B, V]
      const draw = this.#numSteps;
      return { ...sample(logits, this.#streams, { temperature, topK, topP, draw }) };
    });
    // Seen and fed back; what is not seen yet is freed by the look.
    if (this.#unseen.length === 0 && !(ids instanceof Int32Array)) ids.dispose();
    this.#unseen.push(sampled);
    this.#nextIds = sampled.tokens;
    this.#numSteps++;
  }

  /** Reads what was sampled since the last look, and cuts rows behind their end. */
  async #look(): Promise<void> {
    const { maxNewTokens } = this.#options;
    const { eosTokenId } = this.#store.decoder.config;
    const [tokens, logProbs] = await Promise.all([
      readAll<"int32">(this.#unseen.map((step) => step.tokens)),
      readAll<"float32">(this.#unseen.map((step) => step.logProbs)),
    ]);
    checkSampled(tokens, logProbs);
    const numRows = this.#cached.length;
    for (const [index, row] of this.#cached.entries()) {
      if (!this.#isLive(row)) continue;
      for (let at = index; at < tokens.length && !row.finished; at += numRows) {
        row.tokens.push(tokens[at]!);
        row.logProbs.push(logProbs[at]!);
        row.finished = tokens[at] === eosTokenId;
      }
      if (!row.finished && row.tokens.length < maxNewTokens) continue;
      row.random.skip(2 * row.tokens.length); // what the device drew
      this.#numLive--;
    }
    for (const step of this.#unseen) {
      step.logProbs.dispose();
      if (step.tokens !== this.#nextIds) step.tokens.dispose();
    }
    this.#unseen = [];
  }

  #isLive(row: Row): boolean {
    return !row.finished && row.tokens.length < this.#options.maxNewTokens;
  }

  #dropEnded(): void {
    if (this.#numLive >= MIN_LIVE_SHARE * this.#cached.length) return;
    const live: number[] = [];
    const ended: number[] = [];
    for (const [index, row] of this.#cached.entries()) {
      (this.#isLive(row) ? live : ended).push(index);
    }
    if (this.#options.keepRows) {
      const cache = this.#cache.splitRows(Int32Array.from(live), Int32Array.from(ended));
      this.#give(cache, ended.map((index) => this.#cached[index]!));
    } else this.#cache.gatherRows(Int32Array.from(live));
    this.#cached = live.map((index) => this.#cached[index]!);
    const ids = this.#nextIds as tf.Tensor1D; // a row can only have ended after a step
    this.#nextIds = tf.tidy(() => tf.gather(ids, tf.tensor1d(live, "int32")));
    ids.dispose();
    this.#streams.dispose();
    this.#streams = streamsOf(this.#cached, this.#options);
  }

  #give(cache: KvCache, rows: readonly Row[]): void {
    const known = rows.map(({ prompt, tokens, start }, row) => {
      const all = new Int32Array(prompt.length + tokens.length - 1); // not the last: it was never fed back
      all.set(prompt);
      all.set(tokens.slice(0, -1), prompt.length);
      return { tokens: all, row, start };
    });
    this.#store.add(this.#options.adapter, cache, known);
  }
}

function streamsOf(
  items: readonly GenerationItem[],
  { maxNewTokens }: GenerationBatchOptions,
): tf.Tensor2D {
  return sampleStreams(items.map(({ random }) => random), maxNewTokens);
}

/** All numbers of some tensors, read at once. */
async function readAll<D extends "int32" | "float32">(
  tensors: readonly tf.Tensor1D[],
): Promise<tf.DataTypeMap[D]> {
  if (tensors.length === 1) return await tensors[0]!.data<D>();
  const joined = tf.concat([...tensors]);
  try {
    return await joined.data<D>();
  } finally {
    joined.dispose();
  }
}
