/**
 * What a server replies, as far as it is read.
 *
 * @module
 */
import { z } from "zod";

/** A reply that is none of the protocol. */
export class MalformedReply extends Error {}

/** One answer of a chat. */
export interface ChatReply {
  /** The text; empty where the model gave none. */
  readonly text: string;
  /** Whether the answer ended by itself, before a limit. */
  readonly finished: boolean;
  /** Shape [L], log-probabilities of its tokens in nats, at most 0; null where the server does not tell any that can be. */
  readonly logProbs: Float32Array | null;
  /** Tokens as the server counted them; 0 where it does not tell. */
  readonly usage: {
    /** Of the prompt. */
    readonly promptTokens: number;
    /** Of these, taken from the server's cache. */
    readonly cachedTokens: number;
    /** Of the answer, what it thought unseen included. */
    readonly newTokens: number;
  };
}

const tokens = z.int().min(0).max(2 ** 31 - 1);

// What is only told along, and wrong, is left out: the answer counts.
const usageSchema = z.object({
  prompt_tokens: tokens.catch(0),
  completion_tokens: tokens.catch(0),
  prompt_tokens_details: z.object({ cached_tokens: tokens.catch(0) }).nullish().catch(null),
});

// Servers give -9999 for what has no probability, and round 0 to a hair above it.
const LEAST_LOG_PROB = -1e9, ROUNDING = 1e-3;

const logprobsSchema = z.object({
  content: z.array(z.object({ logprob: z.number().min(LEAST_LOG_PROB).max(ROUNDING) })),
});

const replySchema = z.object({
  choices: z.array(z.object({
    message: z.object({ content: z.string().nullish() }),
    finish_reason: z.string().nullish(),
    logprobs: logprobsSchema.nullish().catch(null),
  })).min(1),
  usage: usageSchema.nullish().catch(null),
});

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Why an answer ends that does not end by itself. */
const CUT: readonly (string | null | undefined)[] = ["length", "content_filter"];

/**
 * Reads a chat completion.
 *
 * @param value What came.
 * @returns The first answer in it.
 * @throws {MalformedReply} If there is none.
 */
export function readChatReply(value: unknown): ChatReply {
  const { choices, usage } = read(replySchema, value);
  const { message, finish_reason, logprobs } = choices[0]!;
  const promptTokens = usage?.prompt_tokens ?? 0;
  const logProbs = logprobs
    ? Float32Array.from(logprobs.content, ({ logprob }) => Math.min(0, logprob))
    : null;
  return {
    text: message.content ?? "",
    finished: !CUT.includes(finish_reason),
    logProbs,
    usage: {
      promptTokens,
      cachedTokens: Math.min(promptTokens, usage?.prompt_tokens_details?.cached_tokens ?? 0),
      newTokens: usage?.completion_tokens ?? logProbs?.length ?? 0,
    },
  };
}

/**
 * Reads a list of models.
 *
 * @param value What came.
 * @returns Their names.
 * @throws {MalformedReply} If it is none.
 */
export function readModelList(value: unknown): string[] {
  return read(modelsSchema, value).data.map(({ id }) => id);
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const { path, message } = error.issues[0]!;
  const where = path.length === 0 ? "the reply" : path.join(".");
  throw new MalformedReply(`${where}: ${message}, in ${JSON.stringify(value) ?? "nothing"}`);
}
