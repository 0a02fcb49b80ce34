/**
 * Chats, from the body of a request to the response.
 *
 * @module
 */
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { named } from "../core/mod.ts";
import { positionLimit } from "../models/mod.ts";
import { ApiError } from "./api_error.ts";
import { chatPrompt } from "./chat_prompt.ts";
import type { ChatRequest } from "./chat_request.ts";
import {
  type ChunkChoice,
  chunkOf,
  completionOf,
  type ResponseHead,
  usageOf,
} from "./chat_response.ts";
import { ChatWork, type ChoicePiece } from "./chat_work.ts";
import { checkTextLength } from "./check_text_length.ts";
import { asApiError } from "./describe_failure.ts";
import type { ServedModel } from "./served_model.ts";
import { Waiter } from "./waiter.ts";

/** What answers chats. */
export interface ChatEndpoint {
  /** The model. */
  readonly served: ServedModel;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  /** Aborted when all answers are to be cut off. */
  readonly cutOff: AbortSignal;
  /**
   * Has a chat answered.
   *
   * @param chat The chat.
   * @throws {ApiError} If there is no place for it.
   */
  add(chat: ChatWork): void;
  /**
   * Told of what went wrong in the server.
   *
   * @param error What was thrown.
   */
  onFailure(error: unknown): void;
}

/**
 * Answers a chat.
 *
 * @param c The HTTP request.
 * @param request What it asks for.
 * @param endpoint What answers.
 * @returns The response, of one piece or a stream.
 * @throws {ApiError} If it is refused, or cannot be answered.
 */
export async function completeChat(
  c: Context,
  request: ChatRequest,
  endpoint: ChatEndpoint,
): Promise<Response> {
  const { served: { id, model } } = endpoint;
  if (request.model !== id) {
    throw new ApiError(
      `Cannot answer as the model must be the one that is served, ${named(id)}: ${
        named(request.model)
      }`,
      { status: 404, param: "model", code: "model_not_found" },
    );
  }
  const { positions } = positionLimit(model.decoder.config);
  checkTextLength(request.messages.map(({ content }) => content), { positions, param: "messages" });
  const prompt = chatPrompt(model, request.messages);
  const most = endpoint.maxTokens;
  const maxTokens = answerLength(request, prompt.length, { positions, most });
  const waiter = new Waiter(c.req.raw.signal, endpoint.cutOff);
  let controller!: ReadableStreamDefaultController<ChoicePiece>;
  const pieces = new ReadableStream<ChoicePiece>({
    start(made) {
      controller = made; // what a slow client has not read yet waits here
    },
  });
  const chat = new ChatWork({
    request,
    prompt,
    maxTokens,
    seed: request.seed ?? newSeed(),
    model,
    signal: waiter.signal,
    onPiece: (piece) => controller.enqueue(piece),
  });
  endpoint.add(chat);
  chat.done.then(() => controller.close(), (error) => controller.error(error));
  const head: ResponseHead = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: id,
  };
  if (!request.stream) {
    const all = await Array.fromAsync(pieces);
    return c.json(completionOf(head, chat, { pieces: all, logprobs: request.logprobs }));
  }
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => waiter.leave());
    try {
      await sendChunks(stream, pieces, { head, chat, request });
    } catch (error) {
      const { status, body } = asApiError(error);
      if (status === 500) endpoint.onFailure(error);
      await stream.writeSSE({ data: JSON.stringify(body) });
    }
  });
}

/** Most tokens of an answer, such that it fits behind the prompt. */
function answerLength(
  { maxTokens }: Pick<ChatRequest, "maxTokens">,
  promptLength: number,
  { positions, most }: { readonly positions: number; readonly most: number },
): number {
  const room = positions - promptLength;
  if (room >= (maxTokens ?? 1)) return maxTokens ?? Math.min(room, most);
  throw new ApiError(
    `Cannot answer as prompt and answer must fit into the model's ${positions} positions: the prompt has ` +
      `${promptLength} tokens, and max_tokens is ${maxTokens ?? "not set"}`,
    { param: "messages", code: "context_length_exceeded" },
  );
}

/** A seed that nobody can know, for requests that name none. */
function newSeed(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high! >>> 11) * 2 ** 32 + low!;
}

/** Sends the pieces of answers as they come. */
async function sendChunks(
  stream: SSEStreamingApi,
  pieces: ReadableStream<ChoicePiece>,
  { head, chat, request: { includeUsage, logprobs } }: {
    readonly head: ResponseHead;
    readonly chat: ChatWork;
    readonly request: ChatRequest;
  },
): Promise<void> {
  const unknown = includeUsage ? null : undefined;
  const write = (chunk: object) => stream.writeSSE({ data: JSON.stringify(chunk) });
  const send = (choice: ChunkChoice) => write(chunkOf(head, choice, unknown));
  for (const index of chat.answers.keys()) {
    await send({ index, delta: { role: "assistant", content: "" } });
  }
  for await (const { choice, piece: { text, tokens } } of pieces) {
    await send({
      index: choice,
      delta: { content: text },
      ...logprobs && { tokens },
    });
  }
  for (const [index, { finishReason }] of chat.answers.entries()) {
    await send({ index, delta: {}, finishReason });
  }
  if (includeUsage) await write(chunkOf(head, null, usageOf(chat)));
  await stream.writeSSE({ data: "[DONE]" });
}
