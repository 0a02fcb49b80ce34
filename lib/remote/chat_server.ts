import { delay } from "@std/async";
import { ConfigError, named, type Random } from "../core/mod.ts";
import type { Message } from "../text/mod.ts";
import { type ChatReply, readChatReply, readModelList } from "./chat_reply.ts";
import { RemoteError, type RemoteErrorKind, type RemoteFailure } from "./remote_error.ts";
import { retryDelay } from "./retry_delay.ts";

/** What a chat is asked with, in the protocol's names. */
export interface ChatBody {
  /** Name of the model at the server. */
  readonly model: string;
  /** The chat so far. */
  readonly messages: readonly Message[];
  /** Most tokens of the answer. */
  readonly max_tokens: number;
  /** Softmax temperature; 0 = greedy. */
  readonly temperature: number;
  /** The smallest set of tokens with this probability is kept; 1 = all. */
  readonly top_p: number;
  /** Seed of the answer, in [0, 2³¹). */
  readonly seed: number;
  /** The k likeliest tokens are kept; absent = the server's default. No part of OpenAI's own protocol. */
  readonly top_k?: number;
  /** Texts before which an answer ends; absent = none. */
  readonly stop?: readonly string[];
  /** Whether log-probabilities are asked for. */
  readonly logprobs?: boolean;
}

/** Settings of {@link ChatServer}. */
export interface ChatServerOptions {
  /** Address of the API, such as `http://localhost:8000/v1`. */
  readonly address: string;
  /** The key; never printed. Absent = none is sent. */
  readonly apiKey?: string | undefined;
  /** The variable that holds it, which errors name. */
  readonly apiKeyEnv?: string | undefined;
  /** Seconds from a request to the last byte of its reply; default 600. */
  readonly timeoutSeconds?: number;
  /** Most tries after the first, where another one may succeed; default 4. */
  readonly maxRetries?: number;
  /** Seconds before the second try, doubled before each further one; default 0.5. */
  readonly firstDelay?: number;
  /** Most bytes of a reply; default 64 MiB. */
  readonly maxReplyBytes?: number;
}

/** How one thing is asked. */
export interface AskOptions {
  /** Draws the jitter of pauses. */
  readonly random: Random;
  /** Stops waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** What passes by itself. */
const PASSING: readonly RemoteErrorKind[] = ["unreachable", "timeout", "rate_limited", "failing"];
/** Shorter ones are no secrets but words, such as `EMPTY` of vLLM, which answers may hold. */
const SECRET_LENGTH = 12;

type Client = Awaited<ReturnType<typeof openClient>>;

/**
 * A server that speaks OpenAI's protocol for chats: vLLM, SGLang, llama.cpp, Ollama, `deno task serve`. Failures that
 * pass are met by asking again, after pauses that double.
 */
export class ChatServer {
  /** Address of the API. */
  readonly address: string;
  readonly #options: Required<Omit<ChatServerOptions, "apiKey" | "apiKeyEnv">>;
  readonly #apiKey: string | undefined;
  /** What errors call the key; null = there is none. */
  readonly #keyName: string | null;
  #client: Promise<Client> | undefined;

  /**
   * A server; nothing is asked yet.
   *
   * @param options Address, key, limits.
   * @throws {ConfigError} If the address is none, or holds more than scheme, host, port and path.
   */
  constructor(options: ChatServerOptions) {
    const { apiKey, apiKeyEnv, ...rest } = options;
    this.address = checkAddress(rest.address);
    this.#apiKey = apiKey;
    this.#keyName = apiKey === undefined
      ? null
      : apiKeyEnv === undefined
      ? "the key"
      : `the key of ${apiKeyEnv}`;
    this.#options = {
      timeoutSeconds: 600,
      maxRetries: 4,
      firstDelay: 0.5,
      maxReplyBytes: 2 ** 26,
      ...rest,
    };
  }

  /**
   * The models that it offers.
   *
   * @param options What stops waiting.
   * @returns Their names.
   * @throws {RemoteError} If it gives no list.
   * @throws The signal's reason when it aborts.
   */
  async models(options: AskOptions): Promise<string[]> {
    const names = await this.#ask(
      async ({ client }, signal) => readModelList(await client.get("/models", signal)),
      options,
    );
    return names.map((name) => this.#withoutKey(name));
  }

  /**
   * Has a chat answered.
   *
   * @param body What is asked.
   * @param options Jitter, and what stops waiting.
   * @returns The answer.
   * @throws {RemoteError} If none comes.
   * @throws The signal's reason when it aborts.
   */
  async complete(body: ChatBody, options: AskOptions): Promise<ChatReply> {
    const reply = await this.#ask(
      async ({ client }, signal) =>
        readChatReply(await client.post("/chat/completions", { body, ...signal })),
      { ...options, model: body.model },
    );
    return { ...reply, text: this.#withoutKey(reply.text) };
  }

  async #ask<T>(
    ask: (client: Client, signal: { signal?: AbortSignal }) => Promise<T>,
    { random, signal, model }: AskOptions & { readonly model?: string },
  ): Promise<T> {
    const { maxRetries, firstDelay: first, timeoutSeconds } = this.#options;
    const client = await (this.#client ??= openClient({
      ...this.#options,
      apiKey: this.#apiKey,
    }));
    for (let tries = 1;; tries++) {
      signal?.throwIfAborted();
      let failure: RemoteFailure | undefined;
      try {
        return await ask(client, signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        failure = client.failureOf(error);
        if (failure === undefined) throw error;
      }
      if (tries > maxRetries || !PASSING.includes(failure.kind)) {
        // Without what the client threw: it may hold what the server says of the key.
        throw new RemoteError({ ...failure, said: this.#withoutKey(failure.said, 1) }, {
          ...{ address: this.address, tries, timeoutSeconds, key: this.#keyName },
          ...(model === undefined ? {} : { model }),
        });
      }
      const { retryAfter } = failure;
      const seconds = retryDelay(tries, { first, retryAfter, random: random.split(tries) });
      await delay(1000 * seconds, signal === undefined ? {} : { signal });
    }
  }

  /** A server may say back what it was sent. */
  #withoutKey(text: string, secretLength = SECRET_LENGTH): string {
    const key = this.#apiKey;
    return key === undefined || key.length < secretLength ? text : text.replaceAll(key, "***");
  }
}

async function openClient(options: Parameters<typeof import("./openai_client.ts").openClient>[0]) {
  const { openClient, failureOf } = await import("./openai_client.ts");
  return { client: openClient(options), failureOf };
}

function checkAddress(address: string): string {
  const url = URL.parse(address);
  const reason = url === null || !/^https?:$/.test(url.protocol)
    ? "it must begin with http:// or https://"
    : url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== ""
    ? "it must be scheme, host, port and path alone, as a key has no place in it"
    : null;
  if (reason === null) return address.replace(/\/+$/, "");
  // What might hold a key is not shown.
  const shown = url === null ? address : `${url.protocol}//${url.host}${url.pathname}`;
  throw new ConfigError(`Cannot use the address ${named(shown)} as ${reason}`, {
    thing: shown,
    remedy: "For example http://localhost:8000/v1; keys are read from the environment",
  });
}
