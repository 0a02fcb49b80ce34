/**
 * Batched sampling with a KV cache: prompts in, sampled tokens and their log-probabilities out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { oneAtATime } from "../core/one_at_a_time.ts";
import { yieldToEvents } from "../core/yield_to_events.ts";
import { startedProductDtype } from "../device/mod.ts";
import { type AdaptedDecoder, type Decoder, mergeAdapter } from "../models/mod.ts";
import { checkGenerateOptions } from "./check_generate_options.ts";
import { computeShared } from "./compute_shared.ts";
import type { GenerateOptions } from "./generate_options.ts";
import type { Generated } from "./generated.ts";
import { GenerationBatch } from "./generation_batch.ts";
import { splitCost, sumCosts } from "./generation_cost.ts";
import { planBatches } from "./plan_batches.ts";
import { PrefixStore } from "./prefix_store.ts";

/** Measured on two cores, 32 to 192 rows are equally fast; the cache grows with them. */
const DEFAULT_MAX_ROWS = 64;
/** Reading waits for all that a GPU has been given to do; on the processor it costs nothing. */
const DEFAULT_LOOK_EVERY = { webgpu: 8, other: 1 };
/** The processor's kernel works off so many and the token before them together; 5 were as fast, with 11 and 15
 * decoding took 9 and 18 % longer. */
const DEFAULT_PROMPT_LOOKUP = 7;
/**
 * What the steps of a batch more cost, for each token that a response may have, in tokens of a prompt:
 * measured on two cores at 192 rows, a step more took 2 ms and a token of a prompt 15 µs.
 */
const STEP_COST = 128;
/** Fewest prompts for which an adapter is merged into a copy of the weights. */
const MIN_MERGED_PROMPTS = 8;
/** Most bytes of weights that are copied for that. */
const MOST_MERGED_BYTES = 2 ** 28;
/** Calls that run at the same time would each need memory for their rows, and share one device anyway. */
const inTurn = oneAtATime();

/**
 * Samples a response to every prompt.
 *
 * What prompts have in common with each other, or with a row of `prefixes`, is computed once and copied.
 * The rest goes into batches by length with left padding. A response depends neither on which others are
 * in its batch nor on what was copied (up to rounding of the logits). Calls wait for those before them.
 *
 * @param decoder Model to sample from; its configuration names the end-of-sequence and pad tokens.
 * @param prompts Token ids of each prompt, at least one; may be empty as a list.
 * @param options Sampling, randomness, batching and progress.
 * @returns The responses in the order of the prompts.
 * @throws {RangeError} When a prompt is empty or too long, the number of streams differs from the
 * number of prompts, or an option is out of range.
 * @throws The signal's reason when it aborts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/mod.ts";
 * import { startDevice } from "../device/mod.ts";
 * import { createDecoderConfig, Decoder } from "../models/mod.ts";
 * import { generate } from "./generate.ts";
 *
 * await startDevice("cpu");
 * const config = createDecoderConfig({
 *   vocabSize: 16,
 *   hiddenSize: 8,
 *   intermediateSize: 16,
 *   numHiddenLayers: 1,
 *   numAttentionHeads: 2,
 *   eosTokenId: 1,
 * });
 * const random = Random.fromSeed(0);
 * const decoder = Decoder.initialize(config, random.split("weights"));
 * const prompts = [Int32Array.of(3, 4, 5), Int32Array.of(6)];
 * const answers = await generate(decoder, prompts, {
 *   maxNewTokens: 4,
 *   temperature: 1,
 *   topK: 0,
 *   topP: 1,
 *   randoms: prompts.map((_, index) => random.split("prompt", index)),
 * });
 * assertEquals(answers.length, 2);
 * assertEquals(answers[0]!.tokens.length, answers[0]!.logProbs.length);
 * decoder.dispose();
 * ```
 */
export async function generate(
  decoder: Decoder,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generated[]> {
  checkGenerateOptions(decoder, prompts, options);
  return await inTurn(() => generateAlone(decoder, prompts, options));
}

async function generateAlone(
  decoder: Decoder,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const start = performance.now();
  const store = options.prefixes ?? new PrefixStore(decoder);
  const { adapter } = options;
  const merged = adapter && mergingPays(decoder, prompts.length)
    ? mergeAdapter(decoder, adapter)
    : undefined;
  const model = merged ? { decoder: merged.decoder } : { decoder, adapter };
  try {
    const responses = await generateWith(store, prompts, { ...options, model });
    const seconds = (performance.now() - start) / 1000 / prompts.length;
    return responses.map(({ cost, ...response }) => ({ ...response, cost: { ...cost, seconds } }));
  } finally {
    merged?.dispose();
    if (!options.prefixes) store.dispose();
  }
}

/**
 * Whether an adapter is added to a copy of the weights: in float32, where that only rounds differently (in
 * 16 bits a small update of a weight would be rounded away), where the copy is small against caches, and
 * for more than a few answers. One product instead of three: those of the
 * rollout of the arithmetic experiment took 0.39 s instead of 0.49.
 */
function mergingPays(decoder: Decoder, numPrompts: number): boolean {
  if (numPrompts < MIN_MERGED_PROMPTS || startedProductDtype(tf.backend()) !== "float32") {
    return false;
  }
  let size = 0;
  for (const { size: count } of decoder.weights.values()) size += count;
  return size * 4 <= MOST_MERGED_BYTES;
}

async function generateWith(
  store: PrefixStore,
  prompts: readonly Int32Array[],
  options: GenerateOptions & { readonly model: AdaptedDecoder },
): Promise<Generated[]> {
  const { adapter, maxRows = DEFAULT_MAX_ROWS, maxNewTokens, signal } = options;
  const { onProgress, onTokens, ...sampling } = options;
  store.beginCall();
  signal?.throwIfAborted();
  const shared = splitCost(
    sumCosts([
      await computeShared(store, prompts, { adapter, model: options.model, maxRows, signal }),
    ]),
    prompts.length,
  );
  const planned = prompts.map((tokens) => ({
    length: tokens.length,
    missing: tokens.length - (store.find(adapter, tokens.subarray(0, -1))?.length ?? 0),
  }));
  const batches = planBatches(planned, { maxRows, batchCost: STEP_COST * maxNewTokens });
  const lookEvery = options.lookEvery ??
    (options.promptLookupNumTokens
      ? 1
      : DEFAULT_LOOK_EVERY[tf.getBackend() === "webgpu" ? "webgpu" : "other"]);
  const { promptLookupNumTokens = lookEvery > 1 ? 0 : DEFAULT_PROMPT_LOOKUP } = options;
  const keepRows = options.prefixes !== undefined;
  const results = new Array<Generated>(prompts.length);
  let finishedBefore = 0;
  let tokensBefore = 0;
  for (const members of batches) {
    const batch = new GenerationBatch(
      store,
      members.map((index) => ({ prompt: prompts[index]!, random: options.randoms[index]! })),
      {
        ...sampling,
        lookEvery,
        promptLookupNumTokens,
        ...onTokens && {
          onTokens: (sampled) => onTokens({ ...sampled, prompt: members[sampled.prompt]! }),
        },
      },
    );
    try {
      while (batch.numLive > 0) {
        await yieldToEvents(signal);
        await batch.step();
        onProgress?.({
          finishedPrompts: finishedBefore + members.length - batch.numLive,
          totalPrompts: prompts.length,
          newTokens: tokensBefore + batch.numSampled,
        });
      }
      finishedBefore += members.length;
      tokensBefore += batch.numSampled;
      const responses = batch.results();
      for (const [row, index] of members.entries()) {
        const response = responses[row]!;
        results[index] = { ...response, cost: sumCosts([shared[index]!, response.cost]) };
      }
      if (keepRows) batch.keep();
    } finally {
      batch.dispose();
    }
  }
  return results;
}
