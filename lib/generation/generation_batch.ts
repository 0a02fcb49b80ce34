/**
 * One batch of prompts being continued token by token.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type AdaptedDecoder,
  allEndTokens,
  type KvCache,
  type LoraAdapter,
} from "../models/mod.ts";
import {
  checkSampled,
  sample,
  type Sampled,
  sampleStreams,
  type SamplingOptions,
} from "../ops/mod.ts";
import {
  type GenerationItem,
  type GenerationRow,
  newestIds,
  newRow,
  slotsOf,
  startsOf,
  type StepTokens,
  stepTokens,
} from "./step_tokens.ts";
import type { Generated } from "./generated.ts";
import { type GenerationCost, NO_COST, splitCost } from "./generation_cost.ts";
import type { SampledTokens } from "./generate_options.ts";
import { draftRoom } from "./draft_room.ts";
import { fillCache, lastOfRows } from "./fill_cache.ts";
import { openCache } from "./open_cache.ts";
import type { PrefixStore } from "./prefix_store.ts";
import { promptLookup } from "./prompt_lookup.ts";

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
  /** Most tokens of a draft, see {@link promptLookup}; 0 = none; more needs `lookEvery` 1. */
  readonly promptLookupNumTokens: number;
  /** Told what was sampled for an item, which it calls the prompt; says whether its row goes on. */
  readonly onTokens?: (sampled: SampledTokens) => boolean;
  /** Stops between two parts of the pass over the prompts; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const NO_DRAFT = new Int32Array(0);

/** Prompts of similar length, left-padded to one length, with their cache and what was sampled so far. */
export class GenerationBatch {
  readonly #store: PrefixStore;
  readonly #options: GenerationBatchOptions;
  readonly #rows: readonly GenerationRow[];
  readonly #cache: KvCache;
  /** Positions that the pass over the prompts computes, padding included. */
  readonly #numComputed: number;
  /** Of these, padding. */
  readonly #numPadded: number;
  /** The last tokens of the prompts, until a pass has read them. */
  #promptIds: Int32Array | undefined;
  /** Tokens that end a response. */
  readonly #ends: ReadonlySet<number>;
  #live: readonly GenerationRow[];
  readonly #drafts = { numDrafted: 0, numAccepted: 0 };
  #isKept = false;

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
    this.#ends = new Set(allEndTokens(store.decoder.config));
    const { cache, starts, ids, numPadded } = openCache(store, items.map(({ prompt }) => prompt), {
      adapter: options.adapter,
      numNew: options.maxNewTokens - 1, // the last sampled token is never fed back
    });
    this.#cache = cache;
    this.#promptIds = ids;
    this.#numComputed = ids.length;
    this.#numPadded = numPadded;
    this.#rows = items.map((item, index) =>
      newRow(item, { index, start: starts[index]!, maxNewTokens: options.maxNewTokens })
    );
    this.#live = this.#rows;
  }

  /** Rows that still grow, as far as was looked. */
  get numLive(): number {
    return this.#live.length;
  }

  /** Tokens that were sampled, as far as was looked. */
  get numSampled(): number {
    return this.#rows.reduce((sum, { logProbs }) => sum + logProbs.length, 0);
  }

  /**
   * Samples the next tokens of every row that still grows, and looks at them: `lookEvery` at most, or as many
   * as a row's draft foresaw and one more.
   *
   * @throws The signal's reason when it aborts in the pass over the prompts, which then cannot go on.
   */
  async step(): Promise<void> {
    const { lookEvery, maxNewTokens, model, signal } = this.#options;
    const live = this.#live;
    if (this.#promptIds) {
      const batch = { cache: this.#cache, starts: Int32Array.from(live, ({ start }) => start) };
      this.#promptIds = await fillCache(this.#promptIds, { ...batch, model, signal });
    }
    const drafts = this.#draft();
    const fed = stepTokens(live, drafts);
    const numSteps = Math.min(lookEvery, maxNewTokens - live[0]!.logProbs.length);
    const streams = sampleStreams(fed.rows.map(({ random }) => random), {
      numDraws: numSteps,
      skipped: fed.ahead,
    });
    const unseen: Sampled[] = [];
    try {
      for (let step = 0; step < numSteps; step++) {
        const ids = unseen.at(-1)?.tokens ?? newestIds(live, drafts);
        unseen.push(this.#sample(ids, fed, { streams, step }));
      }
      const [tokens, logProbs] = await Promise.all([
        readAll<"int32">(unseen.map((sampled) => sampled.tokens)),
        readAll<"float32">(unseen.map((sampled) => sampled.logProbs)),
      ]);
      checkSampled(tokens, logProbs);
      let first = 0;
      for (const [index, row] of live.entries()) {
        const draft = drafts[index] ?? NO_DRAFT;
        const numBefore = row.logProbs.length;
        for (let at = first; at < tokens.length && this.#isLive(row); at += fed.rows.length) {
          this.#take(row, draft, { tokens, logProbs, at });
        }
        this.#tell(row, numBefore);
        first += 1 + draft.length;
      }
    } finally {
      tf.dispose([streams, ...unseen.flatMap((sampled) => [sampled.tokens, sampled.logProbs])]);
    }
    this.#live = live.filter((row) => this.#isLive(row));
  }

  /**
   * What was sampled.
   *
   * @returns One response per item, in their order; their costs leave out time.
   */
  results(): Generated[] {
    const costs = splitCost(this.#sharedCost(), this.#rows.length);
    return this.#rows.map(({ prompt, text, length, logProbs, finished }, row) => {
      const tokens = text.slice(prompt.length, length);
      return {
        tokens,
        logProbs: Float32Array.from(logProbs),
        finished,
        cost: { ...costs[row]!, promptTokens: prompt.length, newTokens: tokens.length },
      };
    });
  }

  /** Hands the cache to the store, which may keep it. The batch must have ended. */
  keep(): void {
    this.#isKept = true;
    const known = this.#rows.map(({ text, length, start, index }) => ({
      tokens: text.slice(0, length - 1), // not the last: it was never fed back
      row: index,
      start,
    }));
    this.#store.add(this.#options.adapter, this.#cache, known);
  }

  /** Frees everything that is left. */
  dispose(): void {
    if (!this.#isKept) this.#cache.dispose();
  }

  /** What the rows cost together. */
  #sharedCost(): GenerationCost {
    const numTokens = this.#rows.reduce((sum, { prompt }) => sum + prompt.length, 0);
    return {
      ...NO_COST,
      computedTokens: this.#numComputed,
      paddedTokens: this.#numPadded,
      reusedTokens: numTokens - (this.#numComputed - this.#numPadded),
      draftTokens: this.#drafts.numDrafted,
      acceptedTokens: this.#drafts.numAccepted,
    };
  }

  /** A pass over some tokens, and one draw behind each of them; nobody looks. */
  #sample(
    ids: Int32Array | tf.Tensor1D,
    fed: StepTokens,
    { streams, step }: { readonly streams: tf.Tensor2D; readonly step: number },
  ): Sampled {
    const { temperature, topK, topP, model } = this.#options;
    const prompts = this.#promptIds;
    this.#promptIds = undefined;
    const numRows = fed.rows.length;
    return tf.tidy("generate", () => {
      const states = model.decoder.forward(prompts ?? ids, {
        numRows,
        starts: startsOf(fed),
        cache: this.#cache,
        ...prompts ? { at: lastOfRows(numRows, prompts.length) } : { slots: slotsOf(fed, step) },
        ...model.adapter ? { adapter: model.adapter } : {},
      });
      const logits = this.#store.decoder.logits(states); // [N, V]
      return { ...sample(logits, streams, { temperature, topK, topP, draw: step }) };
    });
  }

  /** Guesses of what follows the newest token of each live row; none before the first is drawn. */
  #draft(): readonly Int32Array[] {
    const { promptLookupNumTokens, maxNewTokens } = this.#options;
    if (this.#promptIds || promptLookupNumTokens === 0) return [];
    const { vocabSize } = this.#store.decoder.config;
    let room = draftRoom({ ...this.#drafts, numRows: this.#live.length, vocabSize });
    return this.#live.map(({ text, length, logProbs }) => {
      // The last token of a response is drawn behind the one before it.
      const most = Math.min(promptLookupNumTokens, maxNewTokens - logProbs.length - 1, room);
      const draft = most > 0 ? promptLookup(text.subarray(0, length), most) : NO_DRAFT;
      room -= draft.length;
      return draft;
    });
  }

  /**
   * Takes over what was drawn behind the newest token of a row, and behind its draft for as long as that is
   * what was drawn: then each draw is the one that would have been made without it.
   */
  #take(
    row: GenerationRow,
    draft: Int32Array,
    { tokens, logProbs, at }: { tokens: Int32Array; logProbs: Float32Array; at: number },
  ): void {
    const before = row.length;
    for (let ahead = 0; ahead <= draft.length && this.#isLive(row); ahead++) {
      const token = tokens[at + ahead]!;
      row.text[row.length++] = token;
      row.logProbs.push(logProbs[at + ahead]!);
      row.finished = this.#ends.has(token);
      if (token !== draft[ahead]) break;
    }
    const numTaken = row.length - before;
    row.random.skip(2 * numTaken); // what the device drew for them
    this.#drafts.numDrafted += draft.length;
    this.#drafts.numAccepted += Math.min(draft.length, numTaken - 1);
  }

  /** Tells of the tokens that were taken over last; copies nothing where nobody wants to know. */
  #tell(row: GenerationRow, numBefore: number): void {
    const { prompt, text, length, logProbs } = row;
    row.isEnough = this.#options.onTokens?.({
      prompt: row.index,
      tokens: text.slice(prompt.length + numBefore, length),
      logProbs: Float32Array.from(logProbs.slice(numBefore)),
    }) === false;
  }

  #isLive({ finished, isEnough, logProbs }: GenerationRow): boolean {
    return !finished && !isEnough && logProbs.length < this.#options.maxNewTokens;
  }
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
