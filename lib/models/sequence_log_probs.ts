/**
 * Log-probabilities of a sequence's tokens under a decoder.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { yieldToEvents } from "../core/yield_to_events.ts";
import { tokenLogProbs } from "../ops/mod.ts";
import type { Decoder } from "./decoder.ts";
import { joinSequences } from "./joined_sequences.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import {
  type MaskedSequence,
  planMicroBatches,
  type SequenceBatch,
  sequenceBatch,
} from "./sequence_batch.ts";

/** Sequences as one padded batch; its counted tokens are those of one sequence after the other. */
export interface RowBatch {
  /** Indices of the sequences, in the order of their counted tokens. */
  readonly members: readonly number[];
  /** Shape [members + 1]: the counted tokens of `members[i]` are entries offsets[i] to offsets[i + 1] - 1. */
  readonly offsets: Int32Array;
  /** The padded batch; sequences that continue each other share a row. */
  readonly batch: SequenceBatch;
}

/**
 * Batches sequences by length, those that continue each other as one row ({@link joinSequences}).
 *
 * @param sequences At least one token counts in each.
 * @param options `padTokenId`, and `maxTokens`, the most padded tokens of one batch.
 * @returns Batches that cover every counted token once; deterministic.
 */
export function rowBatches(
  sequences: readonly MaskedSequence[],
  options: { readonly padTokenId: number; readonly maxTokens: number },
): RowBatch[] {
  const joined = joinSequences(sequences);
  const lengths = joined.map(({ sequence }) => sequence.tokens.length);
  return planMicroBatches(lengths, options.maxTokens).map((group) => {
    const rows = group.map((index) => joined[index]!);
    const members = rows.flatMap((row) => row.members);
    const offsets = new Int32Array(members.length + 1);
    for (const [i, index] of members.entries()) {
      offsets[i + 1] = offsets[i]! + sequences[index]!.mask.reduce((sum, flag) => sum + flag, 0);
    }
    const batch = sequenceBatch(rows.map(({ sequence }) => sequence), options.padTokenId);
    return { members, offsets, batch };
  });
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
    { temperature, softCap: model.decoder.config.finalLogitSoftcapping },
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
 * @param options Temperature, the most padded tokens of one batch, and a signal that stops between two.
 * @returns One array per sequence, shape [L] of its counted tokens, in nats.
 * @throws The signal's reason when it aborts.
 */
export function sequenceLogProbs(
  model: AdaptedDecoder,
  sequences: readonly MaskedSequence[],
  options: BatchRunOptions & { readonly temperature: number; readonly maxTokens: number },
): Promise<Float32Array[]> {
  return perSequence(
    rowBatches(sequences, { padTokenId: model.decoder.config.padTokenId, ...options }),
    ({ batch }) => batchLogProbs(model, batch, options.temperature).logProbs,
    options,
  );
}

/** How batch after batch is computed. */
export interface BatchRunOptions {
  /** Stops between two batches; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Computes one number per counted token, batch by batch.
 *
 * @param batches The sequences.
 * @param compute From a batch of N counted tokens, and whose they are, to shape [N]; runs in a tidy.
 * @param options What stops it.
 * @returns One array per sequence, by its index.
 * @throws The signal's reason when it aborts.
 */
export async function perSequence(
  batches: readonly RowBatch[],
  compute: (rows: RowBatch) => tf.Tensor1D,
  { signal }: BatchRunOptions = {},
): Promise<Float32Array[]> {
  const result: Float32Array[] = [];
  for (const rows of batches) {
    await yieldToEvents(signal);
    const { members, offsets } = rows;
    const tensor = tf.tidy(() => compute(rows));
    const values = await tensor.data() as Float32Array;
    tensor.dispose();
    for (const [i, index] of members.entries()) {
      result[index] = values.slice(offsets[i], offsets[i + 1]);
    }
  }
  return result;
}
