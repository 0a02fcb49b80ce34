/**
 * Answers as rows of policy-gradient training.
 *
 * @module
 */
import type { MaskedSequence } from "../models/mod.ts";

/** One answer as it is trained on: the tokens that were fed and the tokens that were sampled. */
export interface PolicyRow {
  /** Id of the question; mini-batches are drawn over questions. */
  readonly question: string;
  /** Which of the question's discussions, from 0. */
  readonly sample: number;
  /** 0-based agent. */
  readonly agent: number;
  /** 0-based turn. */
  readonly turn: number;
  /** What the policy read. */
  readonly promptTokens: Int32Array;
  /** What the value function reads in place of the prompt. */
  readonly valuePromptTokens: Int32Array;
  /** What was sampled, L ≥ 1 tokens. */
  readonly tokens: Int32Array;
  /** Log-probabilities with which the tokens were sampled, shape [L], nats; absent = not known. */
  readonly sampledLogProbs?: Float32Array;
  /** Reward of the whole answer, R(q, s_{t,a}). */
  readonly reward: number;
}

/**
 * Prompt and response as one sequence of which the response counts.
 *
 * @param prompt At least one token.
 * @param response Any number of tokens.
 * @returns The sequence.
 */
export function responseSequence(prompt: Int32Array, response: Int32Array): MaskedSequence {
  const tokens = new Int32Array(prompt.length + response.length);
  tokens.set(prompt);
  tokens.set(response, prompt.length);
  const mask = new Uint8Array(tokens.length);
  mask.fill(1, prompt.length);
  return { tokens, mask };
}
