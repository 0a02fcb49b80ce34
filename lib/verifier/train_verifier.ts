/**
 * Verifier training: binary cross-entropy of the answer's correctness at its tokens (spec §8.3).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import { type Decoder, planMicroBatches, sequenceBatch } from "../models/mod.ts";
import { embedding } from "../ops/mod.ts";
import { accumulateGrads, clipGradNorm, type Optimizer } from "../optim/mod.ts";
import type { LabelledAnswer } from "./collect_answers.ts";
import { encodeAnswer } from "./encode_answer.ts";
import { type VerifierParameters, verifierVariables } from "./verifier_checkpoint.ts";
import { verifierMask, type VerifierTokens } from "./verifier_mask.ts";

/** A verifier in the making: base model, adapter and head. */
export interface VerifierModel extends VerifierParameters {
  /** Backbone; not changed. */
  readonly decoder: Decoder;
}

/** Settings of {@link trainVerifier}. */
export interface VerifierTrainingOptions {
  /** Made with the variables of the adapter and the head, see `verifierVariables()`. */
  readonly optimizer: Optimizer;
  /** Learning rate of a step (0-based) out of `totalSteps`. */
  readonly learningRate: (step: number, totalSteps: number) => number;
  /** Passes over the data. */
  readonly epochs: number;
  /** Answers of one optimiser step. */
  readonly batchSize: number;
  /** Which answer tokens count. */
  readonly tokens: VerifierTokens;
  /** Largest global gradient norm. */
  readonly maxGradNorm: number;
  /** Most padded tokens of one micro-batch; bounds memory. */
  readonly maxBatchTokens: number;
  /** Shuffles each epoch. */
  readonly random: Random;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** Called after every step; may be asynchronous so that a signal or a terminal is served. */
  readonly onStep?: (step: number, totalSteps: number, loss: number) => void | Promise<void>;
}

/**
 * Trains a verifier on labelled answers. The loss is the mean over answers of the mean binary
 * cross-entropy over the tokens that count, so that long answers weigh no more than short ones.
 *
 * @param model Backbone, adapter and head; changed in place.
 * @param answers Labelled answers, balanced beforehand; at least one.
 * @param options Optimiser, schedule and limits.
 * @returns Loss of each step, in nats.
 * @throws {RangeError} If there is no answer.
 */
export async function trainVerifier(
  model: VerifierModel,
  answers: readonly LabelledAnswer[],
  options: VerifierTrainingOptions,
): Promise<number[]> {
  if (answers.length === 0) {
    throw new RangeError("Cannot train a verifier as there is no labelled answer: got 0");
  }
  const { epochs, batchSize, text, random } = options;
  const encoded = answers.map(({ question, solution, correct }) => ({
    ...encodeAnswer(text, question, solution),
    correct,
  }));
  const stepsPerEpoch = Math.ceil(encoded.length / batchSize);
  const totalSteps = epochs * stepsPerEpoch;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.split("epoch", epoch).permutation(encoded.length);
    for (let from = 0; from < order.length; from += batchSize) {
      const batch = Array.from(order.subarray(from, from + batchSize), (index) => encoded[index]!);
      const rate = options.learningRate(losses.length, totalSteps);
      losses.push(await verifierStep(model, batch, { ...options, rate }));
      await options.onStep?.(losses.length, totalSteps, losses.at(-1)!);
    }
  }
  return losses;
}

interface LabelledTokens {
  readonly tokens: Int32Array;
  readonly answerStart: number;
  readonly correct: boolean;
}

async function verifierStep(
  { decoder, adapter, head }: VerifierModel,
  rows: readonly LabelledTokens[],
  options: VerifierTrainingOptions & { rate: number },
): Promise<number> {
  const groups = planMicroBatches(rows.map(({ tokens }) => tokens.length), options.maxBatchTokens);
  const losses = groups.map((group) => () => {
    const members = group.map((index) => rows[index]!);
    const batch = sequenceBatch(
      members.map(({ tokens, answerStart }) => ({
        tokens,
        mask: verifierMask(tokens.length, answerStart, options.tokens),
      })),
      decoder.config.padTokenId,
    );
    const labels = new Float32Array(batch.sources.length);
    const weights = new Float32Array(batch.sources.length);
    for (const [row, { correct }] of members.entries()) {
      const [from, to] = [batch.offsets[row]!, batch.offsets[row + 1]!];
      labels.fill(correct ? 1 : 0, from, to);
      weights.fill(1 / ((to - from) * rows.length), from, to);
    }
    const hidden = decoder.forward(batch.ids, {
      numRows: batch.numRows,
      starts: batch.starts,
      adapter,
    });
    // The state at the token itself judges the prefix up to it; `sources` is the state before.
    const at = tf.tensor1d(batch.sources.map((source) => source + 1), "int32");
    const logits = head.forward(embedding(hidden, at));
    // Binary cross-entropy of a logit z and label y is softplus(z) - y z.
    const loss = tf.softplus(logits).sub(logits.mul(tf.tensor1d(labels)));
    return loss.mul(tf.tensor1d(weights)).sum() as tf.Scalar;
  });
  const { value, grads } = await accumulateGrads(losses, verifierVariables({ adapter, head }));
  try {
    await clipGradNorm(grads, options.maxGradNorm);
    options.optimizer.step(grads, options.rate);
    return value;
  } finally {
    for (const grad of grads.values()) grad.dispose();
  }
}
