/**
 * An agent of a discussion whose answers come from a decoder in this process.
 *
 * @module
 */
import { Random } from "../core/mod.ts";
import type { Agent, AgentRequest, AgentResponse } from "../discussion/mod.ts";
import { generate, type Generated, NO_COST, type PrefixStore } from "../generation/mod.ts";
import type { LanguageModel, LoraAdapter } from "../models/mod.ts";
import type { SamplingOptions } from "../ops/mod.ts";
import { encodeReadableChat, type ReadableChat } from "../text/mod.ts";
import type { PolicySet } from "./policies.ts";

/** How an agent samples. */
export interface AgentSampling extends SamplingOptions {
  /** Most new tokens of an answer. */
  readonly maxNewTokens: number;
}

/** The parts of a {@link PolicyAgent}. */
export interface PolicyAgentOptions {
  /** The base model. */
  readonly model: LanguageModel;
  /** Trained parameters by agent and turn; absent = the base model answers everywhere. */
  readonly policies?: PolicySet | undefined;
  /** Updates that they were trained for; default 0. */
  readonly version?: number;
  /** Temperature, truncation and length. */
  readonly sampling: AgentSampling;
  /** Most rows of one batch; bounds memory, does not change tokens. */
  readonly maxRows: number;
  /** Keys and values of earlier turns, freed when the discussions are over; absent = none are kept. */
  readonly prefixes?: PrefixStore | undefined;
  /** Stops generation between tokens. */
  readonly signal?: AbortSignal | undefined;
}

/** Serves several agents at once: requests that use the same parameters share a batch. */
export class PolicyAgent implements Agent {
  /** Named in reports. */
  readonly name: string;
  readonly #options: PolicyAgentOptions;

  /**
   * Makes an agent.
   *
   * @param options Model, policies and sampling; nothing is owned.
   */
  constructor(options: PolicyAgentOptions) {
    this.name = options.model.name;
    this.#options = options;
  }

  /**
   * Answers a batch of requests. Where a discussion has grown so long that prompt and answer would not fit
   * into the model's positions, the answer is empty and not finished: a bad answer, and no error. Words of
   * others that the tokenizer cannot write are left out of the prompt, and counted.
   *
   * @param requests Messages, agent, turn and random stream of each answer.
   * @returns Prompt tokens as they were fed and the sampled tokens, in the order of the requests.
   */
  async respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const { model: { decoder, tokenizer, template }, policies, sampling } = this.#options;
    const chats = requests.map(({ messages }) =>
      encodeReadableChat(tokenizer, template, messages, { addGenerationPrompt: true })
    );
    const prompts = chats.map(({ tokens }) => tokens);
    const longest = decoder.config.maxPositionEmbeddings - sampling.maxNewTokens;
    const fitting = [...requests.keys()].filter((index) => prompts[index]!.length <= longest);
    const adapterOf = ({ agent, turn }: AgentRequest) => policies?.adapter(agent, turn);
    const generated = new Map<number, Generated>();
    for (const [adapter, members] of Map.groupBy(fitting, (index) => adapterOf(requests[index]!))) {
      const answers = await this.#generate(
        members.map((index) => prompts[index]!),
        members.map((index) => requests[index]!),
        adapter,
      );
      members.forEach((index, i) => generated.set(index, answers[i]!));
    }
    return chats.map((chat, index) => this.#response(chat, generated.get(index)));
  }

  /** Frees the keys and values of earlier turns. */
  endDiscussions(): void {
    this.#options.prefixes?.dispose();
  }

  #response(chat: ReadableChat, generated: Generated | undefined): AgentResponse {
    const { model: { name, tokenizer }, version = 0 } = this.#options;
    const { tokens, ...rest } = generated ?? {
      tokens: new Int32Array(0),
      logProbs: new Float32Array(0),
      finished: false,
      cost: NO_COST,
    };
    return {
      ...rest,
      promptTokens: chat.tokens,
      wordsLeftOut: chat.leftOut,
      tokens,
      text: tokenizer.decode(tokens),
      model: name,
      version,
    };
  }

  #generate(
    prompts: readonly Int32Array[],
    requests: readonly AgentRequest[],
    adapter: LoraAdapter | undefined,
  ): Promise<Generated[]> {
    const { model, sampling, maxRows, prefixes, signal } = this.#options;
    return generate(model.decoder, prompts, {
      ...sampling,
      maxRows,
      ...(prefixes ? { prefixes } : {}),
      randoms: requests.map(({ random }) => Random.fromState(random)),
      ...(adapter ? { adapter } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}
