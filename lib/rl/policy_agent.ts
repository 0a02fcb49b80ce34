/**
 * An agent of a discussion whose answers come from a decoder in this process.
 *
 * @module
 */
import { Random } from "../core/mod.ts";
import type { Agent, AgentRequest, AgentResponse, KnownTokens } from "../discussion/mod.ts";
import { generate, type Generated, NO_COST, type PrefixStore } from "../generation/mod.ts";
import { type LanguageModel, type LoraAdapter, positionLimit } from "../models/mod.ts";
import type { SamplingOptions } from "../ops/mod.ts";
import { encodeReadableChat, type ReadableChat } from "../text/mod.ts";
import type { Adapters } from "./policies.ts";

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
  readonly policies?: Adapters | undefined;
  /** Updates that they were trained for; default 0. */
  readonly version?: number;
  /** Temperature, truncation and length. */
  readonly sampling: AgentSampling;
  /**
   * Texts that answers begin with, by turn, the last also later, as chat APIs prefill an assistant's message;
   * absent or empty = answers begin with what is sampled.
   */
  readonly prefill?: readonly string[] | undefined;
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
   * others that the tokenizer cannot write are left out of the prompt, and counted. A prefill is part of the
   * answer and of its length; its tokens have log-probability 0, as nothing else could stand there.
   *
   * @param requests Messages, agent, turn and random stream of each answer.
   * @returns Prompt tokens as they were fed and the sampled tokens, in the order of the requests.
   */
  async respond(requests: readonly AgentRequest[]): Promise<(AgentResponse & KnownTokens)[]> {
    const { model: { decoder, tokenizer, template }, policies, sampling } = this.#options;
    const chats = requests.map(({ messages }) =>
      encodeReadableChat(tokenizer, template, messages, { addGenerationPrompt: true })
    );
    const prompts = chats.map(({ tokens }) => tokens);
    const longest = positionLimit(decoder.config).positions - sampling.maxNewTokens;
    const fitting = [...requests.keys()].filter((index) => prompts[index]!.length <= longest);
    const adapterOf = ({ agent, turn }: AgentRequest) => policies?.adapter(agent, turn);
    const generated = new Map<number, Generated>();
    const prefillOf = (index: number) => this.#prefillAt(requests[index]!.turn);
    for (const [text, indices] of Map.groupBy(fitting, prefillOf)) {
      const begun = text === "" ? NOTHING : Int32Array.from(tokenizer.encode(text));
      for (const [adapter, members] of Map.groupBy(indices, (i) => adapterOf(requests[i]!))) {
        const answers = await this.#generate(
          members.map((index) => joined(prompts[index]!, begun)),
          members.map((index) => requests[index]!),
          { adapter, maxNewTokens: sampling.maxNewTokens - begun.length },
        );
        members.forEach((index, i) => generated.set(index, withPrefill(begun, answers[i]!)));
      }
    }
    return chats.map((chat, index) => this.#response(chat, generated.get(index)));
  }

  /** What an answer of a turn begins with; empty = nothing. */
  #prefillAt(turn: number): string {
    const { prefill = [] } = this.#options;
    return prefill[turn] ?? prefill.at(-1) ?? "";
  }

  /** Frees the keys and values of earlier turns. */
  endDiscussions(): void {
    this.#options.prefixes?.dispose();
  }

  #response(
    chat: ReadableChat,
    generated: Generated | undefined,
  ): AgentResponse & KnownTokens {
    const { model: { name, tokenizer }, version = 0 } = this.#options;
    const { tokens, finished, ...rest } = generated ?? {
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
      finished,
      // What ends an answer is no text of it, whether the tokenizer calls it special or not.
      text: tokenizer.decode(finished ? tokens.subarray(0, -1) : tokens),
      model: name,
      version,
    };
  }

  #generate(
    prompts: readonly Int32Array[],
    requests: readonly AgentRequest[],
    { adapter, maxNewTokens }: {
      readonly adapter: LoraAdapter | undefined;
      readonly maxNewTokens: number;
    },
  ): Promise<Generated[]> {
    const { model, sampling, maxRows, prefixes, signal } = this.#options;
    return generate(model.decoder, prompts, {
      ...sampling,
      maxNewTokens,
      maxRows,
      ...(prefixes ? { prefixes } : {}),
      randoms: requests.map(({ random }) => Random.fromState(random)),
      ...(adapter ? { adapter } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}

const NOTHING = new Int32Array(0);

function joined(first: Int32Array, second: Int32Array): Int32Array {
  if (second.length === 0) return first;
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** An answer with the words that it was begun with: they were computed with the prompt, and count as the answer's. */
function withPrefill(
  begun: Int32Array,
  { tokens, logProbs, cost, ...rest }: Generated,
): Generated {
  const all = new Float32Array(begun.length + logProbs.length);
  all.set(logProbs, begun.length);
  // Of what several prompts share, each was given a part, which can be less than the words.
  const computed = Math.min(begun.length, cost.computedTokens - cost.paddedTokens);
  return {
    ...rest,
    tokens: joined(begun, tokens),
    logProbs: all,
    cost: {
      ...cost,
      promptTokens: cost.promptTokens - begun.length,
      computedTokens: cost.computedTokens - computed,
      reusedTokens: Math.max(0, cost.reusedTokens - (begun.length - computed)),
      newTokens: cost.newTokens + begun.length,
    },
  };
}
