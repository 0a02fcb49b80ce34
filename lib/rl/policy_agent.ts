/**
 * An agent of a discussion whose answers come from a decoder in this process.
 *
 * @module
 */
import type { Agent, AgentRequest, AgentResponse } from "../discussion/mod.ts";
import {
  generate,
  type Generated,
  type GenerationMeter,
  type PrefixStore,
} from "../generation/mod.ts";
import type { Decoder } from "../models/mod.ts";
import type { SamplingOptions } from "../ops/mod.ts";
import { type ChatTemplate, encodeChat, type Tokenizer } from "../text/mod.ts";
import type { PolicyGroup, PolicySet } from "./policies.ts";

/** How an agent samples. */
export interface AgentSampling extends SamplingOptions {
  /** Most new tokens of an answer. */
  readonly maxNewTokens: number;
}

/** The parts of a {@link PolicyAgent}. */
export interface PolicyAgentOptions {
  /** Named in reports. */
  readonly name: string;
  /** The base model. */
  readonly decoder: Decoder;
  /** Trained parameters by agent and turn; absent = the base model answers everywhere. */
  readonly policies?: PolicySet;
  /** Text to tokens. */
  readonly tokenizer: Tokenizer;
  /** Messages to text. */
  readonly template: ChatTemplate;
  /** Temperature, truncation and length. */
  readonly sampling: AgentSampling;
  /** Most rows of one batch; bounds memory, does not change tokens. */
  readonly maxRows: number;
  /** Keys and values of earlier turns, as long as no parameter changes; absent = none are kept. */
  readonly prefixes?: PrefixStore;
  /** Counts what generation costs. */
  readonly meter?: GenerationMeter;
  /** Stops generation between tokens. */
  readonly signal?: AbortSignal;
}

/** Serves several agents at once: requests that use the same parameters share a batch. */
export class PolicyAgent implements Agent {
  /** Named in reports. */
  readonly name: string;
  readonly #options: PolicyAgentOptions;

  /**
   * Makes an agent.
   *
   * @param options Model, policies, text and sampling; nothing is owned.
   */
  constructor(options: PolicyAgentOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /**
   * Answers a batch of requests. Where a discussion has grown so long that prompt and answer would not fit
   * into the model's positions, the answer is empty and not finished: a bad answer, and no error.
   *
   * @param requests Messages, agent, turn and random stream of each answer.
   * @returns Prompt tokens as they were fed and the sampled tokens, in the order of the requests.
   */
  async respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const { tokenizer, template, policies } = this.#options;
    const prompts = requests.map(({ messages }) =>
      encodeChat(tokenizer, template, messages, { addGenerationPrompt: true })
    );
    const { decoder, sampling } = this.#options;
    const longest = decoder.config.maxPositionEmbeddings - sampling.maxNewTokens;
    const byGroup = new Map<PolicyGroup | undefined, number[]>();
    for (const [index, { agent, turn }] of requests.entries()) {
      if (prompts[index]!.length > longest) continue;
      const group = policies?.group(agent, turn);
      const members = byGroup.get(group);
      if (members) members.push(index);
      else byGroup.set(group, [index]);
    }
    const generated = requests.map((): Generated => ({
      tokens: new Int32Array(0),
      logProbs: new Float32Array(0),
      finished: false,
    }));
    for (const [group, members] of byGroup) {
      const answers = await this.#generate(
        members.map((index) => prompts[index]!),
        members.map((index) => requests[index]!),
        group,
      );
      members.forEach((index, i) => generated[index] = answers[i]!);
    }
    return generated.map(({ tokens, logProbs, finished }, index) => ({
      promptTokens: prompts[index]!,
      tokens,
      logProbs,
      text: tokenizer.decode(tokens),
      finished,
    }));
  }

  #generate(
    prompts: readonly Int32Array[],
    requests: readonly AgentRequest[],
    group: PolicyGroup | undefined,
  ): Promise<Generated[]> {
    const { decoder, sampling, maxRows, prefixes, meter, signal } = this.#options;
    return generate(decoder, prompts, {
      ...sampling,
      maxRows,
      ...(prefixes ? { prefixes } : {}),
      ...(meter ? { meter } : {}),
      randoms: requests.map(({ random }) => random),
      ...(group ? { adapter: group.policy } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}
