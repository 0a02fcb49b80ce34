/**
 * Supervised next-token training of a decoder on masked sequences.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { Decoder, LoraAdapter } from "../models/mod.ts";
import { batchLogProbs, type MaskedSequence, rowBatches } from "../models/mod.ts";
import { accumulateGrads, clipGradNorm, type Optimizer } from "../optim/mod.ts";

/** Settings of {@link supervisedStep}. */
export interface SupervisedOptions {
  /** The variables that are trained, by name; the same that the optimiser was made with. */
  readonly params: ReadonlyMap<string, tf.Variable>;
  /** Holds the moments. */
  readonly optimizer: Optimizer;
  /** Learning rate of this step. */
  readonly learningRate: number;
  /** Largest global gradient norm. */
  readonly maxGradNorm: number;
  /** Most padded tokens of one micro-batch; bounds memory. */
  readonly maxBatchTokens: number;
  /** Adapter in use; absent when the decoder itself is trained. */
  readonly adapter?: LoraAdapter;
  /** Whether the backward pass computes each layer again rather than keeping it; default false. */
  readonly gradientCheckpointing?: boolean;
  /** Stops between two micro-batches, with the parameters as they were; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Figures of one step. */
export interface SupervisedStats {
  /** Mean cross-entropy over the tokens that count, in nats. */
  readonly loss: number;
  /** Global gradient norm before clipping. */
  readonly gradNorm: number;
  /** Tokens that counted. */
  readonly numTargets: number;
  /** Tokens computed, padding included. */
  readonly numTokens: number;
}

/**
 * One optimiser step on the mean cross-entropy of all masked tokens of the batch.
 *
 * @param decoder The model.
 * @param sequences The batch; at least one token must count.
 * @param options Parameters, optimiser and limits.
 * @returns Figures of the step.
 * @throws {NumericError} If a gradient is not finite; the weights are left as they were.
 * @throws The signal's reason when it aborts; likewise.
 */
export async function supervisedStep(
  decoder: Decoder,
  sequences: readonly MaskedSequence[],
  options: SupervisedOptions,
): Promise<SupervisedStats> {
  const { params, optimizer, learningRate, maxGradNorm, maxBatchTokens } = options;
  const { adapter, gradientCheckpointing = false } = options;
  const batches = rowBatches(sequences, {
    padTokenId: decoder.config.padTokenId,
    maxTokens: maxBatchTokens,
  }).map(({ batch }) => batch);
  const numTargets = batches.reduce((sum, { targets }) => sum + targets.length, 0);
  if (numTargets === 0) {
    throw new RangeError("Cannot take a supervised step as no token counts: every mask is 0");
  }
  const losses = batches.map((batch) => () => {
    const { logProbs } = batchLogProbs({ decoder, adapter, gradientCheckpointing }, batch, 1);
    return logProbs.sum().mul(-1 / numTargets) as tf.Scalar;
  });
  const { value, grads } = await accumulateGrads(losses, params, options);
  try {
    const gradNorm = await clipGradNorm(grads, maxGradNorm);
    optimizer.step(grads, learningRate);
    const numTokens = batches.reduce((sum, { numRows, length }) => sum + numRows * length, 0);
    return { loss: value, gradNorm, numTargets, numTokens };
  } finally {
    for (const grad of grads.values()) grad.dispose();
  }
}
