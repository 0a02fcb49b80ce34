/**
 * Answers as rows of policy-gradient training, and what the models say about them.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import {
  type AdaptedDecoder,
  batchStates,
  type MaskedSequence,
  type ScalarHead,
  type SequenceBatch,
} from "../models/mod.ts";

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
  /** Log-probabilities with which the tokens were sampled, shape [L], nats; absent = not known. */
  readonly sampledLogProbs?: Float32Array;
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
