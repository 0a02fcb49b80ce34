import { Random } from "../core/random.ts";
import { NO_COST } from "../generation/generation_cost.ts";
import { encodeChat } from "../text/encode_chat.ts";
import type { ChatTemplate } from "../text/chat_template.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Agent, AgentRequest, AgentResponse } from "./agent.ts";

/** Settings of {@link ScriptedAgent}. */
export interface ScriptedAgentOptions {
  /** Names the agent; default `"scripted"`. */
  readonly name?: string;
  /** Turns texts into tokens; without it responses carry none. */
  readonly text?: { readonly tokenizer: Tokenizer; readonly template: ChatTemplate };
}

/** Gives the text of one answer, from what is asked and a stream of its own. */
export type Script = (request: AgentRequest, random: Random) => string | Promise<string>;

/** An agent whose answers come from a function, for tests, baselines and demonstrations. */
export class ScriptedAgent implements Agent {
  /** Names the agent in errors and reports. */
  readonly name: string;
  readonly #answer: Script;
  readonly #text: ScriptedAgentOptions["text"];

  /**
   * An agent that answers by a function.
   *
   * @param answer Gives the answer's text for one request.
   * @param options Name, and how texts become tokens.
   */
  constructor(answer: Script, options: ScriptedAgentOptions = {}) {
    this.#answer = answer;
    this.#text = options.text;
    this.name = options.name ?? "scripted";
  }

  /**
   * Answers requests one after the other.
   *
   * @param requests Any number.
   * @returns The answers; log-probabilities of tokens are 0, as a script is certain.
   */
  async respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const responses: AgentResponse[] = [];
    for (const request of requests) {
      const text = await this.#answer(request, Random.fromState(request.random));
      const tokens = this.#tokens(text);
      const promptTokens = this.#promptTokens(request);
      responses.push({
        promptTokens,
        tokens,
        logProbs: tokens && new Float32Array(tokens.length),
        text,
        finished: true,
        model: this.name,
        version: 0,
        cost: {
          ...NO_COST,
          promptTokens: promptTokens?.length ?? 0,
          newTokens: tokens?.length ?? 0,
        },
      });
    }
    return responses;
  }

  #promptTokens({ messages }: AgentRequest): Int32Array | null {
    if (!this.#text) return null;
    const { tokenizer, template } = this.#text;
    return encodeChat(tokenizer, template, messages, { addGenerationPrompt: true });
  }

  #tokens(text: string): Int32Array | null {
    if (!this.#text) return null;
    const { tokenizer } = this.#text;
    return Int32Array.from([...tokenizer.encode(text), tokenizer.eosTokenId]);
  }
}
