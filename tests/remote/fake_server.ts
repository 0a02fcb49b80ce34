/**
 * Servers of chats that do what a test says, on a port of this machine.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { ChatServer, type ChatServerOptions } from "../../lib/remote/mod.ts";

/** A key as long as real ones. */
export const KEY = "sk-test-0123456789abcdef";

/** What came to a server. */
export interface Asked {
  readonly path: string;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** A server, and what it was asked. */
export interface FakeServer extends AsyncDisposable {
  readonly address: string;
  readonly asked: readonly Asked[];
  /** A connection to it without pauses worth mentioning. */
  connect(options?: Partial<ChatServerOptions>): ChatServer;
}

/** Answers the request with this number, from 0. */
export type Answering = (asked: Asked, index: number) => Response | Promise<Response>;

/** Starts a server; disposed of, it has ended. */
export function fakeServer(answer: Answering): FakeServer {
  const asked: Asked[] = [];
  const ended = new AbortController();
  const server = Deno.serve(
    {
      port: 0,
      hostname: "127.0.0.1",
      onListen: () => {},
      signal: ended.signal,
      onError: () => new Response("broken", { status: 500 }),
    },
    async (request) => {
      const text = await request.text();
      const index = asked.push({
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: text === "" ? null : JSON.parse(text),
      }) - 1;
      return await answer(asked[index]!, index);
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}/v1`;
  return {
    address,
    asked,
    connect: (options) => new ChatServer({ address, firstDelay: 0.001, ...options }),
    async [Symbol.asyncDispose]() {
      ended.abort();
      await server.finished;
    },
  };
}

/** A reply with one answer. */
export function completion(content: unknown, change: object = {}, choice: object = {}): Response {
  return Response.json({
    object: "chat.completion",
    choices: [{
      index: 0,
      message: { role: "assistant", content },
      finish_reason: "stop",
      ...choice,
    }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    ...change,
  });
}

/** An error as the protocol writes it. */
export function refusal(status: number, message: string, headers: HeadersInit = {}): Response {
  return Response.json({ error: { message, type: "test", code: null } }, { status, headers });
}

/** What chats are asked with. */
export const BODY = {
  model: "llama",
  messages: [{ role: "user", content: "What is 3 + 4?" }],
  max_tokens: 5,
  temperature: 1,
  top_p: 1,
  seed: 0,
} as const;

/** Jitter. */
export const random = () => Random.fromSeed(0);
