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
  /** Turns texts into tokens; without it responses carry no tokens. */
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
   * @returns The answers; their log-probabilities are 0, as a script is certain.
   */
  async respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const responses: AgentResponse[] = [];
    for (const request of requests) {
      const text = await this.#answer(request, Random.fromState(request.random));
      const tokens = this.#tokens(text);
      const promptTokens = this.#promptTokens(request);
      const logProbs = new Float32Array(tokens.length);
      responses.push({
        promptTokens,
        tokens,
        logProbs,
        text,
        finished: true,
        model: this.name,
        version: 0,
        cost: { ...NO_COST, promptTokens: promptTokens.length, newTokens: tokens.length },
      });
    }
    return responses;
  }

  #promptTokens({ messages }: AgentRequest): Int32Array {
    if (!this.#text) return new Int32Array();
    const { tokenizer, template } = this.#text;
    return encodeChat(tokenizer, template, messages, { addGenerationPrompt: true });
  }

  #tokens(text: string): Int32Array {
    if (!this.#text) return new Int32Array();
    const { tokenizer } = this.#text;
    return Int32Array.from([...tokenizer.encode(text), tokenizer.eosTokenId]);
  }
}
