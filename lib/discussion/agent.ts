import type { Random } from "../core/random.ts";
import type { Message } from "../text/message.ts";

/** A request to answer once. */
export interface AgentRequest {
  /** The chat so far; roles alternate and the last is the user's. */
  readonly messages: readonly Message[];
  /** Turn of the answer, from 0. */
  readonly turn: number;
  /** Index of the agent in the discussion, from 0. */
  readonly agent: number;
  /** The stream of this one answer: a function of (question id, agent, turn) and the run. */
  readonly random: Random;
}

/** One answer. */
export interface AgentResponse {
  /** Shape [P], token ids of the prompt. */
  readonly promptTokens: Int32Array;
  /** Shape [L], sampled token ids, the end-of-sequence token included when it was sampled. */
  readonly tokens: Int32Array;
  /** Shape [L], log-probabilities of the sampled tokens in nats. */
  readonly logProbs: Float32Array;
  /** The sampled tokens as text. */
  readonly text: string;
  /** Whether the answer ended by itself, before the token limit. */
  readonly finished: boolean;
}

/** Somebody who answers. Places of a discussion held by the same object are asked in one batch. */
export interface Agent {
  /** Names the agent in errors and reports. */
  readonly name: string;
  /**
   * Answers requests.
   *
   * @param requests At least one.
   * @returns One response for each request, in their order.
   */
  respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]>;
}
