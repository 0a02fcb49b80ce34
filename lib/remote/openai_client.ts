/**
 * OpenAI's client, set up for servers of others. Loaded only when one is asked, as that takes most of a second.
 *
 * @module
 */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";
import { MalformedReply } from "./chat_reply.ts";
import type { RemoteErrorKind, RemoteFailure } from "./remote_error.ts";
import { retryAfterSeconds } from "./retry_delay.ts";

/** What a client is made with. */
export interface ClientOptions {
  /** Address of the API. */
  readonly address: string;
  /** The key; absent = none is sent. */
  readonly apiKey?: string | undefined;
  /** Seconds from a request to the last byte of its reply. */
  readonly timeoutSeconds: number;
  /** Most bytes of a reply. */
  readonly maxReplyBytes: number;
}

/**
 * Makes a client. It takes nothing from variables of the environment that are meant for OpenAI's own server, and
 * does not try again: a caller does, whose pauses follow the run's seed.
 *
 * @param options Address, key, limits.
 * @returns The client.
 */
export function openClient(
  { address, apiKey, timeoutSeconds, maxReplyBytes }: ClientOptions,
): OpenAI {
  return new OpenAI({
    baseURL: address,
    apiKey: apiKey ?? "none", // the client wants one
    defaultHeaders: apiKey === undefined ? { authorization: null } : {},
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    timeout: 1000 * timeoutSeconds,
    maxRetries: 0,
    logLevel: "off",
    fetch: (url, init) => fetchWhole(url, init, maxReplyBytes),
  });
}

const WITHOUT_BODY = [204, 205, 304];

/** Reads a reply to its end, within the time and the bytes that it may take: the client alone would do neither. */
async function fetchWhole(
  url: string | URL | Request,
  init: RequestInit | undefined,
  maxBytes: number,
): Promise<Response> {
  // Nobody is sent on to another host, which would get the prompts.
  const response = await fetch(url, { ...init, redirect: "manual" });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new MalformedReply(`it is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  const body = WITHOUT_BODY.includes(status) ? null : new Blob(chunks);
  return new Response(body, { status, statusText, headers });
}

/**
 * What went wrong, from what the client throws.
 *
 * @param error Whatever was thrown.
 * @returns The failure; undefined where it is a mistake of ours.
 */
export function failureOf(error: unknown): RemoteFailure | undefined {
  if (error instanceof APIConnectionTimeoutError) return { kind: "timeout", said: "" };
  if (error instanceof APIConnectionError) return failureToConnect(error);
  if (error instanceof APIError && error.status !== undefined) {
    const { status, headers } = error;
    const retryAfter = retryAfterSeconds(headers?.get("retry-after") ?? null, Date.now());
    return {
      kind: kindOf(error),
      status,
      said: error.message.replace(`${status} `, ""),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  // The client throws a SyntaxError for what is no JSON.
  if (error instanceof MalformedReply || error instanceof SyntaxError) {
    return { kind: "malformed", said: error.message };
  }
  return undefined;
}

function failureToConnect(error: APIConnectionError): RemoteFailure {
  const causes: Error[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  const said = causes.at(-1)!.message;
  if (causes.some((cause) => cause instanceof MalformedReply)) return { kind: "malformed", said };
  const isDenied = causes.some((cause) => cause instanceof Deno.errors.NotCapable);
  return { kind: isDenied ? "not_permitted" : "unreachable", said };
}

function kindOf({ status, code, type, message }: APIError): RemoteErrorKind {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limited";
  if (status === 408 || status === 409 || status! >= 500) return "failing";
  const isTooLong = code === "context_length_exceeded" || type === "exceed_context_size_error" ||
    /context (length|size|window)/i.test(message);
  return isTooLong ? "too_long" : "refused";
}
