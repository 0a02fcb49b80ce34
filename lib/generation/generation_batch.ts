/**
 * One batch of prompts being continued token by token.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { type Decoder, KvCache, type LoraAdapter } from "../models/mod.ts";
import { linear, sampleTokens } from "../ops/mod.ts";
import type { Generated } from "./generate.ts";

/** What a {@link GenerationBatch} samples with. */
export interface GenerationBatchOptions {
  /** Low-rank update to sample with. */
  readonly adapter?: LoraAdapter;
  /** Most tokens of a response. */
  readonly maxNewTokens: number;
  /** Divides the logits; 0 takes the most likely token. */
  readonly temperature: number;
  /** Only the k most likely tokens are sampled; 0 = all. */
  readonly topK: number;
  /** Only the most likely tokens that together hold this probability are sampled; 1 = all. */
  readonly topP: number;
}

/** One prompt and its own stream of random numbers. */
export interface GenerationItem {
  /** Token ids, at least one. */
  readonly prompt: Int32Array;
  /** Gives one uniform number per sampled token. */
  readonly random: Random;
}

interface Row {
  readonly random: Random;
  readonly start: number;
  readonly tokens: number[];
  readonly logProbs: number[];
  finished: boolean;
}

/**
 * The cache is gathered when fewer than this share of its rows still grow. Copying keys and values
 * costs about as much as the steps of two thirds of the rows, so that it pays after a few steps;
 * measured on two cores, 0.75 and 0.9 were equally good, 0.5 5 % and never gathering 35 % slower.
 */
const MIN_LIVE_SHARE = 0.9;

/** Prompts of similar length, left-padded to one length, with their cache and what was sampled so far. */
export class GenerationBatch {
  readonly #decoder: Decoder;
  readonly #options: GenerationBatchOptions;
  readonly #rows: readonly Row[];
  readonly #cache: KvCache;
  /** The rows that the cache holds, in its order; some of them may have ended. */
  #cached: Row[];
  /** What the next forward pass reads: the padded prompts first, then the newest token of each cached row. */
  #nextIds: Int32Array;

  /**
   * Pads the prompts and makes room for their keys and values.
   *
   * @param decoder Model to sample from.
   * @param items At least one prompt.
   * @param options Adapter and sampling.
   */
  constructor(
    decoder: Decoder,
    items: readonly GenerationItem[],
    options: GenerationBatchOptions,
  ) {
    const { config } = decoder;
    const length = items.reduce((longest, { prompt }) => Math.max(longest, prompt.length), 0);
    this.#decoder = decoder;
    this.#options = options;
    this.#nextIds = new Int32Array(items.length * length).fill(config.padTokenId);
    this.#rows = items.map(({ prompt, random }, row) => {
      const start = length - prompt.length;
      this.#nextIds.set(prompt, row * length + start);
      return { random, start, tokens: [], logProbs: [], finished: false };
    });
    this.#cached = [...this.#rows];
    this.#cache = new KvCache(config, {
      numRows: items.length,
      // The last sampled token is never fed back.
      capacity: length + options.maxNewTokens - 1,
    });
  }

  /** Rows that still grow. */
  get numLive(): number {
    return this.#rows.reduce((count, row) => count + (this.#isLive(row) ? 1 : 0), 0);
  }

  /** Samples one token for every row that still grows. */
  async step(): Promise<void> {
    this.#dropEnded();
    const { temperature, topK, topP, adapter } = this.#options;
    const numRows = this.#cached.length;
    const numTokens = this.#nextIds.length / numRows;
    const logits = tf.tidy("generate", () => {
      const states = this.#decoder.forward(this.#nextIds, {
        numRows,
        starts: Int32Array.from(this.#cached, ({ start }) => start),
        cache: this.#cache,
        at: Int32Array.from({ length: numRows }, (_, row) => (row + 1) * numTokens - 1),
        ...(adapter ? { adapter } : {}),
      });
      return linear(states, this.#decoder.head()); // [B, V]
    });
    const uniforms = Float32Array.from(
      this.#cached,
      (row) => this.#isLive(row) ? row.random.uniform() : 0,
    );
    try {
      // Awaited because a device may need to be waited for to read the logits back.
      const sampled = await sampleTokens(logits, uniforms, { temperature, topK, topP });
      this.#append(sampled.tokens, sampled.logProbs);
    } finally {
      logits.dispose();
    }
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

  /** Frees the cache. */
  dispose(): void {
    this.#cache.dispose();
  }

  #isLive(row: Row): boolean {
    return !row.finished && row.tokens.length < this.#options.maxNewTokens;
  }

  #append(tokens: Int32Array, logProbs: Float32Array): void {
    const { eosTokenId, padTokenId } = this.#decoder.config;
    this.#nextIds = Int32Array.from(this.#cached, (row, index) => {
      if (!this.#isLive(row)) return padTokenId;
      const token = tokens[index]!;
      row.tokens.push(token);
      row.logProbs.push(logProbs[index]!);
      row.finished = token === eosTokenId;
      return token;
    });
  }

  #dropEnded(): void {
    const live = this.#cached.flatMap((row, index) => this.#isLive(row) ? [index] : []);
    if (live.length >= MIN_LIVE_SHARE * this.#cached.length) return;
    this.#cache.gatherRows(Int32Array.from(live));
    this.#cached = live.map((index) => this.#cached[index]!);
    this.#nextIds = Int32Array.from(live, (index) => this.#nextIds[index]!);
  }
}
