/**
 * The trained function behind a verifier: from a question with an answer to a logit at each token.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/mod.ts";
import {
  type BatchRunOptions,
  batchStates,
  type Decoder,
  LoraAdapter,
  loraWeightShapes,
  type MaskedSequence,
  ScalarHead,
  type SequenceBatch,
  sequenceLogProbs,
} from "../models/mod.ts";
import type { EncodedAnswer } from "./encode_answer.ts";
import { likelihoodFeatures, NUM_LIKELIHOOD_FEATURES } from "./likelihood_features.ts";

/** The trained parts of a verifier. */
export interface VerifierParameters {
  /** Adapter on the base model; absent = its states are read as they are. */
  readonly adapter?: LoraAdapter | undefined;
  /** Linear layer from a token's state and likelihood features, D + 2 numbers, to a logit. */
  readonly head: ScalarHead;
}

/** LoRA of a verifier. */
export interface VerifierLora {
  /** Rank. */
  readonly r: number;
  /** Scale = alpha / r. */
  readonly alpha: number;
  /** Projections that are adapted. */
  readonly targetModules: readonly string[];
}

/** A verifier's base model and trained parts. */
export interface VerifierModel extends VerifierParameters {
  /** The agents' base model; not changed. */
  readonly decoder: Decoder;
}

/** An answer with what the base model thinks of it. */
export interface ReadAnswer {
  /** The exchange; the answer's N tokens, its end included, count. */
  readonly sequence: MaskedSequence;
  /** Shape [N, 2], see {@link likelihoodFeatures}. */
  readonly features: Float32Array;
}

/**
 * Fresh parameters: the adapter changes nothing yet and the head says 0 everywhere.
 *
 * @param decoder The base model.
 * @param lora Rank, scale and projections; null = no adapter.
 * @param random Stream of the adapter.
 * @returns Adapter and head; the caller disposes them.
 */
export function makeVerifierParameters(
  decoder: Decoder,
  lora: VerifierLora | null,
  random: Random,
): VerifierParameters {
  const { config } = decoder;
  const adapter = lora && LoraAdapter.initialize(config, { name: "verifier", ...lora, random });
  const head = ScalarHead.initialize(config.hiddenSize + NUM_LIKELIHOOD_FEATURES, {
    name: "score",
    bias: true,
  });
  return adapter ? { head, adapter } : { head };
}

/**
 * Names and shapes of a verifier's trained tensors, before any is made.
 *
 * @param decoder The base model.
 * @param lora Rank, scale and projections; null = no adapter.
 * @returns Map from the names of {@link verifierVariables} to shapes.
 * @throws {RangeError} On a rank, scale or projection that does not fit the base model.
 */
export function verifierShapes(
  { config }: Decoder,
  lora: VerifierLora | null,
): Map<string, readonly number[]> {
  return new Map<string, readonly number[]>([
    ...lora ? loraWeightShapes(config, { name: "verifier", ...lora }) : [],
    ["score.weight", [1, config.hiddenSize + NUM_LIKELIHOOD_FEATURES]],
    ["score.bias", [1]],
  ]);
}

/**
 * Every trained tensor of a verifier: the adapter in PEFT's names, the head as `score.…`.
 *
 * @param parameters Adapter and head.
 * @returns Variables by name; owned by `parameters`.
 */
export function verifierVariables(
  { adapter, head }: VerifierParameters,
): Map<string, tf.Variable> {
  return new Map([...adapter?.weights ?? [], ...head.weights]);
}

/**
 * Reads answers with the base model once; what it finds does not change in training.
 *
 * @param decoder The base model.
 * @param answers Encoded answers.
 * @param options Most padded tokens of one batch (`maxTokens`), and a signal that stops between two.
 * @returns One entry per answer, in order.
 * @throws The signal's reason when it aborts.
 */
export async function readAnswers(
  decoder: Decoder,
  answers: readonly EncodedAnswer[],
  options: BatchRunOptions & { readonly maxTokens: number },
): Promise<ReadAnswer[]> {
  const sequences = answers.map(({ tokens, answerStart }) => {
    const mask = new Uint8Array(tokens.length);
    mask.fill(1, answerStart);
    return { tokens, mask };
  });
  const logProbs = await sequenceLogProbs({ decoder }, sequences, { ...options, temperature: 1 });
  return sequences.map((sequence, i) => ({
    sequence,
    features: likelihoodFeatures(logProbs[i]!),
  }));
}

/**
 * Logits that the answer is right, judged from the prefix up to each token, as a differentiable tensor.
 *
 * @param model Base model and trained parts.
 * @param batch The answers' sequences; their N answer tokens count.
 * @param features Of the same answers in the batch's order.
 * @returns Shape [N], in nats.
 */
export function verifierLogits(
  { decoder, adapter, head }: VerifierModel,
  batch: SequenceBatch,
  features: readonly Float32Array[],
): tf.Tensor1D {
  return tf.tidy("verifierLogits", () => {
    // `sources` are the states before the tokens; a token is judged by the state at it.
    const at = batch.sources.map((source) => source + 1);
    const states = batchStates({ decoder, adapter }, batch, at);
    const all = new Float32Array(at.length * NUM_LIKELIHOOD_FEATURES);
    let offset = 0;
    for (const part of features) {
      all.set(part, offset);
      offset += part.length;
    }
    const extra = tf.tensor2d(all, [at.length, NUM_LIKELIHOOD_FEATURES]);
    return head.forward(tf.concat([states, extra], 1));
  });
}
