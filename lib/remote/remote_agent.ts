import { pooledMap } from "@std/async";
import { Random } from "../core/mod.ts";
import type { Agent, AgentRequest, AgentResponse } from "../discussion/mod.ts";
import { NO_COST } from "../generation/generation_cost.ts";
import type { ChatReply } from "./chat_reply.ts";
import type { ChatServer } from "./chat_server.ts";
import { RemoteError } from "./remote_error.ts";

/** How a model behind a server samples. What is not sent, such as penalties, is as the server has it. */
export interface RemoteSampling {
  /** Most new tokens of an answer. */
  readonly maxNewTokens: number;
  /** Softmax temperature; 0 = greedy. */
  readonly temperature: number;
  /** Keeps the smallest set of tokens with this probability; default 1, all. */
  readonly topP?: number;
  /** Keeps the k likeliest tokens; default 0: not sent, so as the server has it. */
  readonly topK?: number;
  /** Texts before which an answer ends; default none. */
  readonly stop?: readonly string[];
}

/** The parts of a {@link RemoteAgent}. */
export interface RemoteAgentOptions {
  /** Where the model is. */
  readonly server: ChatServer;
  /** Its name there. */
  readonly model: string;
  /** Temperature, truncation and length. */
  readonly sampling: RemoteSampling;
  /** Whether log-probabilities are asked for, which some servers refuse; default false. */
  readonly logprobs?: boolean;
  /** Most requests at a time; default 16. */
  readonly maxConcurrency?: number;
  /** Stops waiting for answers. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An agent whose answers come from a server that speaks OpenAI's protocol for chats: vLLM, SGLang, llama.cpp, Ollama,
 * `deno task serve`. It discusses and is evaluated beside any others; it knows no token ids, so that nothing can be
 * trained on its answers.
 *
 * What a model writes is data: no text, and an answer without end. So is a discussion that has grown longer than its
 * context, which gives an empty answer that is not finished, unless that holds for all answers that are asked for
 * together. A server that does not answer is an error.
 *
 * Each answer has a seed of its own, drawn from its stream. Most servers give the same text for it only if they are
 * asked alone.
 *
 * @example Two agents behind a server, one with a script
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import {
 *   ChatServer,
 *   makeArithmetic,
 *   OracleScorer,
 *   Random,
 *   RemoteAgent,
 *   runDiscussions,
 *   ScriptedAgent,
 *   smallWorldFormat,
 *   takeQuestions,
 * } from "@maporl/maporl";
 *
 * // In place of a server of yours.
 * const choices = [{ message: { content: "\\boxed{12}" }, finish_reason: "stop" }];
 * const usage = { prompt_tokens: 20, completion_tokens: 4 };
 * await using there = Deno.serve(
 *   { port: 0, hostname: "127.0.0.1", onListen: () => {} },
 *   () => Response.json({ choices, usage }),
 * );
 *
 * const server = new ChatServer({ address: `http://127.0.0.1:${there.addr.port}/v1` });
 * const sampling = { maxNewTokens: 40, temperature: 0.7 };
 * const remote = new RemoteAgent({ server, model: "llama", sampling });
 * const scripted = new ScriptedAgent(() => "\\boxed{7}");
 * const task = makeArithmetic({ seed: 0, difficulty: 1 });
 * const scorer = new OracleScorer(task);
 *
 * const [discussion] = await runDiscussions({
 *   task,
 *   questions: takeQuestions(task.questions("test"), { count: 1 }),
 *   seats: [remote, remote, scripted].map((agent) => ({ agent, scorer })),
 *   numTurns: 2,
 *   format: smallWorldFormat,
 *   showScores: false,
 *   random: Random.fromSeed(0),
 * });
 * assertEquals(discussion!.answersTA[1]!.map(({ answer }) => answer), ["12", "12", "7"]);
 * assertEquals(discussion!.answersTA[1]!.map(({ cost }) => cost.newTokens), [4, 4, 0]);
 * ```
 */
export class RemoteAgent implements Agent {
  /** Model and address, named in errors. */
  readonly name: string;
  readonly #options: RemoteAgentOptions;

  /**
   * Makes an agent; nothing is asked yet.
   *
   * @param options Server, model and sampling; nothing is owned.
   */
  constructor(options: RemoteAgentOptions) {
    this.name = `${options.model} at ${options.server.address}`;
    this.#options = options;
  }

  /**
   * Answers a batch of requests, several at a time. Once one fails for good, the others are given up.
   *
   * @param requests Messages and random stream of each answer.
   * @returns Texts and what they cost, in the order of the requests; the seconds are those of the whole batch, in
   * equal parts.
   * @throws {RemoteError} If the server does not answer.
   * @throws The signal's reason when it aborts.
   */
  async respond(requests: readonly AgentRequest[]): Promise<AgentResponse[]> {
    const { maxConcurrency = 16, signal } = this.#options;
    const failed = new AbortController();
    const signals = AbortSignal.any(signal ? [signal, failed.signal] : [failed.signal]);
    const start = performance.now();
    const tooLong: RemoteError[] = [];
    const answer = async (request: AgentRequest) => {
      try {
        return await this.#ask(request, signals);
      } catch (error) {
        if (error instanceof RemoteError && error.kind === "too_long") {
          tooLong.push(error);
          return NO_ANSWER;
        }
        failed.abort(error);
        throw error;
      }
    };
    let replies: ChatReply[];
    try {
      replies = await Array.fromAsync(pooledMap(maxConcurrency, requests, answer));
    } catch (error) {
      signal?.throwIfAborted();
      throw failed.signal.aborted ? failed.signal.reason : error;
    }
    // If no question fits, settings do not, and nobody should have to find that out from empty answers.
    if (tooLong.length === requests.length && tooLong.length > 0) throw tooLong[0];
    const seconds = (performance.now() - start) / 1000 / requests.length;
    return replies.map((reply) => this.#response(reply, seconds));
  }

  #ask({ messages, random: state }: AgentRequest, signal: AbortSignal): Promise<ChatReply> {
    const { server, model, sampling, logprobs = false } = this.#options;
    const { maxNewTokens, temperature, topP = 1, topK = 0, stop = [] } = sampling;
    const random = Random.fromState(state);
    return server.complete({
      model,
      messages,
      max_tokens: maxNewTokens,
      temperature,
      top_p: topP,
      seed: random.integer(0, 2 ** 31),
      ...(topK > 0 ? { top_k: topK } : {}),
      ...(stop.length > 0 ? { stop } : {}),
      ...(logprobs ? { logprobs } : {}),
    }, { random, signal });
  }

  #response({ text, finished, logProbs, usage }: ChatReply, seconds: number): AgentResponse {
    const { promptTokens, cachedTokens, newTokens } = usage;
    return {
      promptTokens: null,
      tokens: null,
      logProbs,
      text,
      finished,
      model: this.#options.model,
      version: 0,
      cost: {
        ...NO_COST,
        promptTokens,
        computedTokens: promptTokens - cachedTokens,
        reusedTokens: cachedTokens,
        newTokens,
        seconds,
      },
    };
  }
}

/** A prompt that does not fit is not answered. */
const NO_ANSWER: ChatReply = {
  text: "",
  finished: false,
  logProbs: null,
  usage: { promptTokens: 0, cachedTokens: 0, newTokens: 0 },
};
