/**
 * Servers of tests, on a port of this machine.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { type LanguageModel, loadLanguageModel } from "../../lib/models/mod.ts";
import {
  type RunningServer,
  type ServedModel,
  type ServedVerifier,
  type ServerOptions,
  startServer,
} from "../../lib/serving/mod.ts";
import { smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";

/** The committed model of arithmetic. */
export const BASE = "data/checkpoints/arithmetic/base";

/** A question in its words. */
export const QUESTION = { role: "user" as const, content: "Max has 35 nuts ." };

/** A server and ways to ask it. */
export interface TestServer {
  readonly server: RunningServer;
  readonly served: ServedModel;
  /** Sends a body; a text as it is. */
  post(body: unknown, init?: RequestInit & { path?: string }): Promise<Response>;
  /** Has so many answers scored. */
  score(numItems: number): Promise<Response>;
  /** Comes back when so many requests wait. */
  untilWaiting(numWaiting: number): Promise<void>;
  /** Asks for an answer, which must come. */
  // deno-lint-ignore no-explicit-any
  chat(body: object): Promise<any>;
  /** Asks for an answer in pieces; those of each choice, and all chunks. */
  stream(body: object): Promise<Streamed>;
}

/** What came of a stream. */
export interface Streamed {
  readonly texts: readonly string[];
  // deno-lint-ignore no-explicit-any
  readonly chunks: readonly any[];
  readonly isDone: boolean;
}

/** The model of {@link BASE}; who asks disposes of its decoder. */
export async function baseModel(): Promise<ServedModel> {
  return { id: "base", model: await loadLanguageModel(BASE) };
}

/** A question and an answer that a verifier can score. */
const ITEM = { question: "Max has 35 nuts .", solution: "35" };

/** Lets time pass. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A verifier that scores nothing until it is released: as long, the queue of its server stands. */
export function busyVerifier(
  model: LanguageModel,
): { verifier: ServedVerifier; release(): void; numCalls(): number } {
  const gate = Promise.withResolvers<void>();
  let numCalls = 0;
  const { decoder, tokenizer, template } = model;
  const verifier: ServedVerifier = {
    parts: { decoder, text: { tokenizer, template, format: smallWorldFormat } },
    async score(items, { signal } = {}) {
      numCalls++;
      const stopped = Promise.withResolvers<never>();
      const stop = () => stopped.reject(signal!.reason);
      signal?.addEventListener("abort", stop);
      await Promise.race([gate.promise, stopped.promise]);
      signal?.removeEventListener("abort", stop);
      return Float64Array.from(items, () => 0.5);
    },
  };
  return { verifier, release: gate.resolve, numCalls: () => numCalls };
}

/** Starts a server, and ends it after the test; no tensor may be left over by its requests. */
export async function withServer(
  served: ServedModel,
  options: Partial<ServerOptions>,
  test: (server: TestServer) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const before = tf.memory().numTensors;
  const server = startServer(served, {
    port: 0,
    onFailure: (error) => failures.push(error),
    ...options,
  });
  const headers: Record<string, string> = { "content-type": "application/json" };
  const post: TestServer["post"] = (body, { path = "/v1/chat/completions", ...init } = {}) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
    });
  if (options.apiKey !== undefined) headers.authorization = `Bearer ${options.apiKey}`;
  const whole = (body: object) => ({ model: served.id, messages: [QUESTION], ...body });
  try {
    await test({
      server,
      served,
      post,
      score: (numItems) =>
        post({ items: Array.from({ length: numItems }, () => ITEM) }, { path: "/score" }),
      async untilWaiting(numWaiting) {
        const waiting = async () => (await (await fetch(`${server.url}/health`)).json()).waiting;
        while (await waiting() !== numWaiting) await pause(5);
      },
      async chat(body) {
        const response = await post(whole(body));
        const read = await response.json();
        assertEquals(response.status, 200, JSON.stringify(read));
        return read;
      },
      async stream(body) {
        const response = await post(whole({ ...body, stream: true }));
        const text = await response.text();
        assertEquals(response.status, 200, text);
        return streamed(text);
      },
    });
  } finally {
    await server.shutdown(0);
  }
  assertEquals(failures, []);
  assertEquals(tf.memory().numTensors, before, "tensors leaked");
}

function streamed(text: string): Streamed {
  const lines = text.split("\n\n").filter((line) => line !== "");
  const data = lines.map((line) => line.replace(/^data: /, ""));
  const isDone = data.at(-1) === "[DONE]";
  const chunks = data.filter((line) => line !== "[DONE]").map((line) => JSON.parse(line));
  const texts: string[] = [];
  for (const { choices = [] } of chunks) {
    for (const { index, delta } of choices) {
      texts[index] = (texts[index] ?? "") + (delta.content ?? "");
    }
  }
  return { texts, chunks, isDone };
}
