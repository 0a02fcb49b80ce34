import type { RandomState } from "../core/random.ts";
import type { GenerationCost } from "../generation/generation_cost.ts";
import type { Message } from "../text/message.ts";

/** A request to answer once: plain data, which may be sent to another thread or machine. */
export interface AgentRequest {
  /** The chat so far; roles alternate and the last is the user's. */
  readonly messages: readonly Message[];
  /** Turn of the answer, from 0. */
  readonly turn: number;
  /** Index of the agent in the discussion, from 0. */
  readonly agent: number;
  /** Index of the discussion among those about its question, from 0. */
  readonly sample: number;
  /** The stream of this one answer: a function of (question id, agent, turn, sample) and the run. */
  readonly random: RandomState;
}

/**
 * One answer: plain data as well. An agent that knows no token ids, such as a model behind a server, gives null for
 * both lists of them; `cost` counts what it read and wrote all the same.
 */
export interface AgentResponse {
  /** Shape [P], token ids of the prompt; null = not known. */
  readonly promptTokens: Int32Array | null;
  /** Shape [L], sampled token ids, the end-of-sequence token included when it was sampled; null = not known. */
  readonly tokens: Int32Array | null;
  /** Shape [L], log-probabilities of the sampled tokens in nats; null = not known. */
  readonly logProbs: Float32Array | null;
  /** The sampled tokens as text. */
  readonly text: string;
  /** Whether the answer ended by itself, before the token limit. */
  readonly finished: boolean;
  /** Name of the model that answered. */
  readonly model: string;
  /** Updates that it had been trained for; 0 = none. */
  readonly version: number;
  /** Words of the discussion that its tokenizer cannot write, left out of the prompt; absent = none. */
  readonly wordsLeftOut?: number;
  /** What the answer cost. */
  readonly cost: GenerationCost;
}

/** Somebody who answers. Seats of a discussion that hold the same object are asked in one batch. */
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
  /** Frees what was kept from turn to turn; called when the discussions are over, however they end. */
  endDiscussions?(): void;
}
