/**
 * Log-probabilities of a sequence's tokens under a decoder.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { tokenLogProbs } from "../ops/mod.ts";
import type { Decoder } from "./decoder.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import {
  type MaskedSequence,
  planMicroBatches,
  type SequenceBatch,
  sequenceBatch,
} from "./sequence_batch.ts";

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
  /** Whether the backward pass computes each layer again rather than keeping it; default false. */
  readonly gradientCheckpointing?: boolean;
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
  model: AdaptedDecoder,
  batch: SequenceBatch,
  temperature: number,
): { logProbs: tf.Tensor1D; entropy: tf.Tensor1D } {
  const states = batchStates(model, batch, batch.sources);
  return tokenLogProbs(
    states,
    model.decoder.head(),
    tf.tensor1d(batch.targets, "int32"),
    temperature,
  );
}

/**
 * Hidden states at chosen positions of a batch, as a differentiable tensor.
 *
 * @param model Decoder and adapter.
 * @param batch The batch.
 * @param positions Shape [N], flat indices (row * T + position).
 * @returns Shape [N, D].
 */
export function batchStates(
  { decoder, adapter, gradientCheckpointing = false }: AdaptedDecoder,
  batch: SequenceBatch,
  positions: Int32Array,
): tf.Tensor2D {
  return decoder.forward(batch.ids, {
    numRows: batch.numRows,
    starts: batch.starts,
    at: positions,
    gradientCheckpointing,
    ...(adapter ? { adapter } : {}),
  });
}

/**
 * Log-probabilities of the tokens that count, without gradient.
 *
 * @param model Decoder and adapter.
 * @param sequences The sequences.
 * @param options Temperature, and the most padded tokens of one batch.
 * @returns One array per row, shape [L] of that row, in nats.
 */
export function sequenceLogProbs(
  model: AdaptedDecoder,
  sequences: readonly MaskedSequence[],
  options: { readonly temperature: number; readonly maxTokens: number },
): Promise<Float32Array[]> {
  return perSequence(
    sequences,
    { padTokenId: model.decoder.config.padTokenId, ...options },
    (batch) => batchLogProbs(model, batch, options.temperature).logProbs,
  );
}

/**
 * Computes one number per counted token, batch by batch.
 *
 * @param sequences At least one token counts in each.
 * @param options `padTokenId`, and `maxTokens`, the most padded tokens of one batch.
 * @param compute From a batch of N counted tokens to shape [N]; runs in a tidy.
 * @returns One array per sequence, in order.
 */
export async function perSequence(
  sequences: readonly MaskedSequence[],
  options: { readonly padTokenId: number; readonly maxTokens: number },
  compute: (batch: SequenceBatch) => tf.Tensor1D,
): Promise<Float32Array[]> {
  const result = new Array<Float32Array>(sequences.length);
  for (const { members, batch } of rowBatches(sequences, options)) {
    const tensor = tf.tidy(() => compute(batch));
    const values = await tensor.data() as Float32Array;
    tensor.dispose();
    members.forEach((index, row) =>
      result[index] = values.slice(batch.offsets[row], batch.offsets[row + 1])
    );
  }
  return result;
}
