/**
 * Verifier training: binary cross-entropy of the answer's correctness at its tokens (E.1).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import { rowBatches } from "../models/mod.ts";
import { accumulateGrads, clipGradNorm, type Optimizer } from "../optim/mod.ts";
import type { LabelledAnswer } from "./collect_answers.ts";
import { encodeAnswer } from "./encode_answer.ts";
import {
  type ReadAnswer,
  readAnswers,
  verifierLogits,
  type VerifierModel,
  verifierVariables,
} from "./verifier_model.ts";
import { verifierMask, type VerifierTokens } from "./verifier_mask.ts";

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
  /** Called after every step. */
  readonly onStep?: (step: number, totalSteps: number, loss: number) => void | Promise<void>;
  /** Stops between two micro-batches; its reason is thrown. */
  readonly signal?: AbortSignal;
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
 * @throws The signal's reason when it aborts.
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
  const encoded = answers.map(({ question, solution }) => encodeAnswer(text, question, solution));
  const read = await readAnswers(model.decoder, encoded, {
    ...options,
    maxTokens: options.maxBatchTokens,
  });
  const rows = read.map((answer, i) => ({
    ...answer,
    answerStart: encoded[i]!.answerStart,
    correct: answers[i]!.correct,
  }));
  const stepsPerEpoch = Math.ceil(rows.length / batchSize);
  const totalSteps = epochs * stepsPerEpoch;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.split("epoch", epoch).permutation(rows.length);
    for (let from = 0; from < order.length; from += batchSize) {
      const batch = Array.from(order.subarray(from, from + batchSize), (index) => rows[index]!);
      const rate = options.learningRate(losses.length, totalSteps);
      losses.push(await verifierStep(model, batch, { ...options, rate }));
      await options.onStep?.(losses.length, totalSteps, losses.at(-1)!);
    }
  }
  return losses;
}

interface TrainingRow extends ReadAnswer {
  readonly answerStart: number;
  readonly correct: boolean;
}

async function verifierStep(
  model: VerifierModel,
  rows: readonly TrainingRow[],
  options: VerifierTrainingOptions & { rate: number },
): Promise<number> {
  const batches = rowBatches(rows.map(({ sequence }) => sequence), {
    padTokenId: model.decoder.config.padTokenId,
    maxTokens: options.maxBatchTokens,
  });
  const losses = batches.map(({ members, offsets, batch }) => () => {
    const answers = members.map((index) => rows[index]!);
    const labels = new Float32Array(batch.sources.length);
    const weights = new Float32Array(batch.sources.length);
    for (const [row, { correct, sequence, answerStart }] of answers.entries()) {
      const from = offsets[row]!;
      const to = offsets[row + 1]!;
      const mask = verifierMask(sequence.tokens.length, answerStart, options.tokens)
        .subarray(answerStart);
      const counted = mask.reduce((sum, flag) => sum + flag, 0);
      labels.fill(correct ? 1 : 0, from, to);
      mask.forEach((flag, i) => weights[from + i] = flag / (counted * rows.length));
    }
    const logits = verifierLogits(model, batch, answers.map(({ features }) => features));
    // Binary cross-entropy of a logit z and label y is softplus(z) - y z.
    const loss = tf.softplus(logits).sub(logits.mul(tf.tensor1d(labels)));
    return loss.mul(tf.tensor1d(weights)).sum() as tf.Scalar;
  });
  const { value, grads } = await accumulateGrads(losses, verifierVariables(model), options);
  try {
    await clipGradNorm(grads, options.maxGradNorm);
    options.optimizer.step(grads, options.rate);
    return value;
  } finally {
    for (const grad of grads.values()) grad.dispose();
  }
}
