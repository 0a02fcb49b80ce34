/**
 * What may stand in the body of a chat completion.
 *
 * @module
 */
import { z } from "zod";
import { isMapping } from "../core/mod.ts";
import { MIN_TEMPERATURE } from "../ops/mod.ts";
import type { Message } from "../text/mod.ts";
import { checkFields } from "./check_fields.ts";

/** What a client asks for. */
export interface ChatRequest {
  /** Name of the model. */
  readonly model: string;
  /** The chat so far. */
  readonly messages: readonly Message[];
  /** Most tokens of an answer; undefined = what the server allows. */
  readonly maxTokens: number | undefined;
  /** Softmax temperature in [0, 2]; 0 = greedy. */
  readonly temperature: number;
  /** Nucleus, in (0, 1]. */
  readonly topP: number;
  /** Of the random streams; undefined = drawn anew. */
  readonly seed: number | undefined;
  /** Number of answers. */
  readonly n: number;
  /** Whether the answer is sent as it comes. */
  readonly stream: boolean;
  /** Whether the last chunk of a stream says how many tokens there were. */
  readonly includeUsage: boolean;
  /** Whether log-probabilities of the sampled tokens are sent. */
  readonly logprobs: boolean;
  /** Texts before which an answer ends. */
  readonly stop: readonly string[];
}

/** Limits of the requests that a server takes. */
export interface RequestLimits {
  /** Most answers of one request. */
  readonly maxChoices: number;
  /** Most tokens of an answer, and how many it may have where a request does not say. */
  readonly maxTokens: number;
}

/** Fields that change nothing in an answer of this server, whatever they say. */
const IGNORED = new Set([
  ...["user", "metadata", "store", "safety_identifier", "service_tier", "parallel_tool_calls"],
  ...["prompt_cache_key", "prompt_cache_retention"],
]);

/** Fields that must be there: what they say is never nothing. */
const REQUIRED = new Set(["model", "messages", "role", "content"]);

const isOne = (...values: readonly unknown[]) => (field: unknown) => values.includes(field);

/** Fields that are refused unless they ask for what happens without them. */
const NEUTRAL: Readonly<Record<string, (field: unknown) => boolean>> = {
  frequency_penalty: isOne(0),
  presence_penalty: isOne(0),
  top_logprobs: isOne(0),
  tool_choice: isOne("none", "auto"),
  function_call: isOne("none", "auto"),
  response_format: (field) =>
    isMapping(field) && Object.keys(field).length === 1 && field.type === "text",
  modalities: (field) => Array.isArray(field) && field.length === 1 && field[0] === "text",
};

const MAX_STOPS = 4;

/** Half of a character cannot be encoded. */
const text = z.string().refine((value) => value.isWellFormed(), "must be well-formed Unicode");

const part = z.strictObject({ type: z.literal("text"), text });

const content = z.union([text, z.array(part).min(1)], {
  error: 'must be a text, or a list of parts {"type": "text", "text": …}',
}).transform((value) => typeof value === "string" ? value : value.map(({ text }) => text).join(""));

const message = z.preprocess(
  withoutNeutral,
  z.strictObject({
    role: z.enum(["system", "user", "assistant"], {
      error: "must be system, user or assistant",
    }),
    content,
  }),
);

/** Clients write null for what they do not set. */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish();

function schemaOf({ maxChoices, maxTokens }: RequestLimits) {
  const tokens = z.int().min(1).max(maxTokens);
  return z.strictObject({
    model: text,
    messages: z.array(message).min(1),
    max_tokens: optional(tokens),
    max_completion_tokens: optional(tokens),
    temperature: optional(
      z.number().min(0).max(2).refine(
        (value) => value === 0 || value >= MIN_TEMPERATURE,
        `must be 0 or at least ${MIN_TEMPERATURE}`,
      ),
    ),
    top_p: optional(z.number().gt(0).max(1)),
    seed: optional(z.int()),
    n: optional(z.int().min(1).max(maxChoices)),
    stream: optional(z.boolean()),
    stream_options: optional(z.strictObject({
      include_usage: optional(z.boolean()),
      include_obfuscation: optional(z.boolean()),
    })),
    logprobs: optional(z.boolean()),
    stop: optional(z.union([text.min(1), z.array(text.min(1)).max(MAX_STOPS)], {
      error: `must be a text, or at most ${MAX_STOPS} of them; none may be empty`,
    })),
  }).refine(
    (body) =>
      (body.max_tokens ?? null) === null || (body.max_completion_tokens ?? null) === null ||
      body.max_tokens === body.max_completion_tokens,
    { path: ["max_tokens"], error: "must be what max_completion_tokens is" },
  ).refine((body) => (body.stream_options ?? null) === null || body.stream === true, {
    path: ["stream_options"],
    error: "must only stand beside stream: true",
  });
}

/**
 * Makes a reader of chat requests. Fields that would change an answer and that this server does not have
 * are refused by name; those that would not are ignored, and so is what is null or empty.
 *
 * @param limits What a request may ask for at most.
 * @returns Reads a parsed body, and throws an {@linkcode ApiError} at what does not fit.
 */
export function chatRequestReader(limits: RequestLimits): (body: unknown) => ChatRequest {
  const schema = schemaOf(limits);
  return (body) => {
    const fields = checkFields(schema, isMapping(body) ? withoutNeutral(body) : body);
    const { stop } = fields;
    return {
      model: fields.model,
      messages: fields.messages,
      maxTokens: fields.max_completion_tokens ?? fields.max_tokens ?? undefined,
      temperature: fields.temperature ?? 1,
      topP: fields.top_p ?? 1,
      seed: fields.seed ?? undefined,
      n: fields.n ?? 1,
      stream: fields.stream ?? false,
      includeUsage: fields.stream_options?.include_usage ?? false,
      logprobs: fields.logprobs ?? false,
      stop: typeof stop === "string" ? [stop] : stop ?? [],
    };
  };
}

/** A mapping without the fields that change nothing. */
function withoutNeutral(value: unknown): unknown {
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([name, field]) =>
    REQUIRED.has(name) || !(IGNORED.has(name) || isNothing(field) || isNeutral(name, field))
  );
  return Object.fromEntries(kept);
}

/** Null, or a list or mapping of nothing: what clients send back of an answer, such as `refusal: null`. */
function isNothing(field: unknown): boolean {
  return field === null ||
    (typeof field === "object" && Object.keys(field as object).length === 0);
}

function isNeutral(name: string, field: unknown): boolean {
  return Object.hasOwn(NEUTRAL, name) && NEUTRAL[name]!(field);
}
