/**
 * Answers as rows of policy-gradient training, and what the models say about them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type Decoder,
  type LoraAdapter,
  type MaskedSequence,
  planMicroBatches,
  type ScalarHead,
  type SequenceBatch,
  sequenceBatch,
} from "../models/mod.ts";
import { embedding, tokenLogProbs } from "../ops/mod.ts";

/** One answer as it is trained on: the tokens that were fed and the tokens that were sampled. */
export interface PolicyRow {
  /** Index of the question in the update's batch; mini-batches are drawn over questions. */
  readonly question: number;
  /** 0-based agent. */
  readonly agent: number;
  /** 0-based turn. */
  readonly turn: number;
  /** What the policy read. */
  readonly promptTokens: Int32Array;
  /** What the value function reads in place of the prompt (spec §11.3). */
  readonly valuePromptTokens: Int32Array;
  /** What was sampled, L ≥ 1 tokens. */
  readonly tokens: Int32Array;
  /** Reward of the whole answer, R(q, s_{t,a}). */
  readonly reward: number;
}

/** Prompt and response as one sequence of which the response counts. */
export function responseSequence(prompt: Int32Array, response: Int32Array): MaskedSequence {
  const tokens = new Int32Array(prompt.length + response.length);
  tokens.set(prompt);
  tokens.set(response, prompt.length);
  const mask = new Uint8Array(tokens.length);
  mask.fill(1, prompt.length);
  return { tokens, mask };
}

/** Groups rows into batches of similar length; `members[i]` is the row of batch row i. */
export interface RowBatch {
  /** Indices into the rows. */
  readonly members: readonly number[];
  /** The padded batch. */
  readonly batch: SequenceBatch;
}

/**
 * Batches sequences by length.
 *
 * @param sequences Prompt and response of each row.
 * @param options `padTokenId`, and `maxTokens`, the most padded tokens of one batch.
 * @returns Batches that cover every row once; deterministic.
 */
export function rowBatches(
  sequences: readonly MaskedSequence[],
  options: { readonly padTokenId: number; readonly maxTokens: number },
): RowBatch[] {
  const groups = planMicroBatches(sequences.map(({ tokens }) => tokens.length), options.maxTokens);
  return groups.map((members) => ({
    members,
    batch: sequenceBatch(members.map((index) => sequences[index]!), options.padTokenId),
  }));
}

/** A decoder with the adapter in use; absent = the base model. */
export interface AdaptedDecoder {
  /** Base model. */
  readonly decoder: Decoder;
  /** Adapter in use. */
  readonly adapter?: LoraAdapter | undefined;
}

/**
 * Log-probabilities of a batch's counted tokens, as a differentiable tensor. Training, old and
 * reference log-probabilities all come from here, so that the first ratio is 1.
 *
 * @param model Decoder and adapter.
 * @param batch N tokens count.
 * @param temperature The temperature that the tokens were sampled with.
 * @returns `logProbs` and `entropy`, each of shape [N], in nats.
 */
export function batchLogProbs(
  { decoder, adapter }: AdaptedDecoder,
  batch: SequenceBatch,
  temperature: number,
): { logProbs: tf.Tensor1D; entropy: tf.Tensor1D } {
  const states = batchStates({ decoder, adapter }, batch, batch.sources);
  return tokenLogProbs(
    states,
    decoder.head(),
    tf.tensor1d(batch.targets, "int32"),
    temperature,
  );
}

/**
 * Values of the states before a batch's counted tokens, as a differentiable tensor.
 *
 * @param model Decoder and value adapter.
 * @param head Linear value head.
 * @param batch N tokens count.
 * @returns Shape [N], in units of the reward.
 */
export function batchValues(
  model: AdaptedDecoder,
  head: ScalarHead,
  batch: SequenceBatch,
): tf.Tensor1D {
  return head.forward(batchStates(model, batch, batch.sources));
}

function batchStates(
  { decoder, adapter }: AdaptedDecoder,
  batch: SequenceBatch,
  positions: Int32Array,
): tf.Tensor2D {
  const hidden = decoder.forward(batch.ids, {
    numRows: batch.numRows,
    starts: batch.starts,
    ...(adapter ? { adapter } : {}),
  });
  return embedding(hidden, tf.tensor1d(positions, "int32"));
}

/**
 * Log-probabilities of sampled tokens under a policy, without gradient.
 *
 * @param model Decoder and adapter.
 * @param sequences Prompt and response of each row.
 * @param options Temperature, and the most padded tokens of one batch.
 * @returns One array per row, shape [L] of that row, in nats.
 */
export function sequenceLogProbs(
  model: AdaptedDecoder,
  sequences: readonly MaskedSequence[],
  options: { readonly temperature: number; readonly maxTokens: number },
): Float32Array[] {
  return perRow(
    sequences,
    model,
    options,
    (batch) => batchLogProbs(model, batch, options.temperature).logProbs,
  );
}

/**
 * Values of the states before each response token, without gradient.
 *
 * @param model Decoder and value adapter.
 * @param head Linear value head.
 * @param options Rows and the most padded tokens of one batch.
 * @returns One array per row, shape [L] of that row.
 */
export function sequenceValues(
  model: AdaptedDecoder,
  head: ScalarHead,
  options: { readonly sequences: readonly MaskedSequence[]; readonly maxTokens: number },
): Float32Array[] {
  return perRow(
    options.sequences,
    model,
    options,
    (batch) => batchValues(model, head, batch),
  );
}

function perRow(
  sequences: readonly MaskedSequence[],
  { decoder }: AdaptedDecoder,
  { maxTokens }: { readonly maxTokens: number },
  compute: (batch: SequenceBatch) => tf.Tensor1D,
): Float32Array[] {
  const result = new Array<Float32Array>(sequences.length);
  const padTokenId = decoder.config.padTokenId;
  for (const { members, batch } of rowBatches(sequences, { padTokenId, maxTokens })) {
    const tensor = tf.tidy(() => compute(batch));
    const values = tensor.dataSync() as Float32Array;
    tensor.dispose();
    members.forEach((index, row) =>
      result[index] = values.slice(batch.offsets[row], batch.offsets[row + 1])
    );
  }
  return result;
}
