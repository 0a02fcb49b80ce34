/**
 * What clients read of answers.
 *
 * @module
 */
import type { ChatWork, ChoicePiece } from "./chat_work.ts";
import type { FinishReason, SampledToken } from "./sampled_answer.ts";

/** What all parts of a response have in common. */
export interface ResponseHead {
  /** Of the response. */
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
  /** Name of the model. */
  readonly model: string;
}

/** Numbers of tokens. */
export interface Usage {
  /** Of the chat, as the template writes it. */
  readonly prompt_tokens: number;
  /** That were sampled in all answers, their ends included. */
  readonly completion_tokens: number;
  /** Both. */
  readonly total_tokens: number;
}

/**
 * Counts tokens.
 *
 * @param chat A chat with its answers.
 * @returns The counts.
 */
export function usageOf({ options: { prompt }, answers }: ChatWork): Usage {
  const sampled = answers.reduce((sum, { numTokens }) => sum + numTokens, 0);
  return {
    prompt_tokens: prompt.length,
    completion_tokens: sampled,
    total_tokens: prompt.length + sampled,
  };
}

/**
 * A whole response.
 *
 * @param head Id, time and model.
 * @param chat The chat, all of whose answers have ended.
 * @param options Its pieces, and whether log-probabilities are wanted.
 * @returns The body.
 */
export function completionOf(
  head: ResponseHead,
  chat: ChatWork,
  { pieces, logprobs }: { readonly pieces: readonly ChoicePiece[]; readonly logprobs: boolean },
): object {
  const choices = chat.answers.map(({ finishReason }, index) => {
    const own = pieces.filter(({ choice }) => choice === index).map(({ piece }) => piece);
    const content = own.map(({ text }) => text).join("");
    return {
      index,
      message: { role: "assistant", content, refusal: null },
      logprobs: logprobs ? logprobsOf(own.flatMap(({ tokens }) => tokens)) : null,
      finish_reason: finishReason,
    };
  });
  return { ...head, object: "chat.completion", choices, usage: usageOf(chat) };
}

/** What a chunk of a stream says of one answer. */
export interface ChunkChoice {
  /** Index of the answer. */
  readonly index: number;
  /** What it adds. */
  readonly delta: { readonly role?: "assistant"; readonly content?: string };
  /** Of the tokens since the chunk before, if they are wanted. */
  readonly tokens?: readonly SampledToken[] | undefined;
  /** Why the answer ended, if it did. */
  readonly finishReason?: FinishReason | undefined;
}

/**
 * A part of a response that is streamed.
 *
 * @param head Id, time and model.
 * @param choice What it says of an answer; null = of none.
 * @param usage Undefined where clients do not want it at all, null where it is not known yet.
 * @returns The chunk.
 */
export function chunkOf(
  head: ResponseHead,
  choice: ChunkChoice | null,
  usage: Usage | null | undefined,
): object {
  const choices = choice === null ? [] : [{
    index: choice.index,
    delta: choice.delta,
    logprobs: choice.tokens === undefined ? null : logprobsOf(choice.tokens),
    finish_reason: choice.finishReason ?? null,
  }];
  const counts = usage === undefined ? {} : { usage };
  return { ...head, object: "chat.completion.chunk", choices, ...counts };
}

/** Only sampled tokens have values, and no list of others. */
function logprobsOf(tokens: readonly SampledToken[]): object {
  const content = tokens.map(({ token, logprob }) => (
    { token, logprob, bytes: null, top_logprobs: [] }
  ));
  return { content, refusal: null };
}
