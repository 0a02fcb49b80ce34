import { MaporlError, named, printable } from "../core/mod.ts";
import { OPENAI_KEY_ENV, OPENAI_ORIGIN, OWN_KEY_ENV } from "./remote_api_key.ts";

/** Characters of what a server says that an error quotes. */
const MAX_SAID = 300;

/**
 * What went wrong with a server. `unreachable`: no reply came, or not all of one. `not_permitted`: Deno may not ask
 * this host. `too_long`: prompt and answer do not fit into the model's context. `failing`: 5xx, and 408 and 409.
 * `refused`: another status. `malformed`: what came is no reply of the protocol.
 */
export type RemoteErrorKind =
  | "unreachable"
  | "not_permitted"
  | "timeout"
  | "unauthorized"
  | "not_found"
  | "rate_limited"
  | "failing"
  | "too_long"
  | "refused"
  | "malformed";

/** Why a server gave no answer, as it was found out. */
export interface RemoteFailure {
  /** What went wrong. */
  readonly kind: RemoteErrorKind;
  /** Status of the reply; absent = there was none, or its body was wrong. */
  readonly status?: number;
  /** What the server or the system says about it; may be empty. */
  readonly said: string;
  /** Seconds that the server asks to wait; absent = it does not say. */
  readonly retryAfter?: number;
}

/** What an error tells besides the failure. */
export interface AskedServer {
  /** Address of the API. */
  readonly address: string;
  /** The model that was asked; absent = the list of models was. */
  readonly model?: string;
  /** Requests that were sent, at least 1. */
  readonly tries: number;
  /** Seconds that a reply may take. */
  readonly timeoutSeconds: number;
  /** What the key is called that was sent, such as `the key of MAPORL_API_KEY`; null = none was sent. */
  readonly key: string | null;
}

/** A server that gave no answer: shown without a stack, as somebody can do something about it. */
export class RemoteError extends MaporlError {
  /** What went wrong. */
  readonly kind: RemoteErrorKind;
  /** Status of the reply; undefined where there was none, or its body was wrong. */
  readonly status: number | undefined;

  /**
   * An error that names the address, what came, and what to do.
   *
   * @param failure What went wrong; its words must not hold the key.
   * @param asked Whom, and how often.
   */
  constructor(failure: RemoteFailure, asked: AskedServer) {
    const { kind, status, said } = failure;
    const { reason, remedy } = REASONS[kind](asked, status);
    // Cut behind what is written for each character.
    const words = printable(printable(said.replaceAll(/\s+/g, " ").trim()), MAX_SAID);
    const often = asked.tries > 1 ? ` (${asked.tries} tries)` : "";
    super(
      `Cannot ask ${asked.model === undefined ? "" : `${named(asked.model)} at `}${
        named(asked.address)
      } as ${reason}${often}${words === "" ? "" : `: ${words}`}`,
      { thing: asked.address, value: status ?? kind, remedy },
    );
    this.kind = kind;
    this.status = status;
  }
}

type Reason = (
  asked: AskedServer,
  status: number | undefined,
) => { readonly reason: string; readonly remedy: string };

const REASONS: Readonly<Record<RemoteErrorKind, Reason>> = {
  unreachable: () => ({
    reason: "a server must answer there",
    remedy: "Start it, or correct the address, which often ends in /v1",
  }),
  not_permitted: ({ address }) => ({
    reason: "Deno must have the permission to ask this host",
    remedy: permissionRemedy(address),
  }),
  timeout: ({ timeoutSeconds }) => ({
    reason: `a reply must come within ${timeoutSeconds} s`,
    remedy: "Raise timeoutSeconds, or lower maxConcurrency or maxNewTokens",
  }),
  unauthorized: ({ key }, status) => ({
    reason: `it must accept ${key ?? "requests without a key"}: status ${status}`,
    remedy: key === null
      ? `Put its key into an environment variable and name that: server.apiKeyEnv=${OWN_KEY_ENV}; ` +
        `${OPENAI_KEY_ENV} unnamed is for ${OPENAI_ORIGIN} alone`
      : "Put its key into that variable, or name another one: server.apiKeyEnv=NAME",
  }),
  not_found: (_, status) => ({
    reason: `it must have what is asked for: status ${status}`,
    remedy: "Name a model that it has, or correct the address, which often ends in /v1",
  }),
  rate_limited: (_, status) => ({
    reason: `it must take so many requests: status ${status}`,
    remedy: "Lower maxConcurrency, raise maxRetries, or wait",
  }),
  failing: (_, status) => ({
    reason: `it must work: status ${status}`,
    remedy: "Read what the server logs, and go on when it works",
  }),
  too_long: (_, status) => ({
    reason: `prompts and answers must fit into the model's context: status ${status}`,
    remedy: "Lower maxNewTokens or the number of turns, or give the server a longer context",
  }),
  refused: (_, status) => ({
    reason: `it must accept the request: status ${status}`,
    remedy:
      "Correct the address, or leave out what it does not know: logprobs=false, topK=0, stop=null",
  }),
  malformed: () => ({
    reason: "it must reply as OpenAI's protocol says",
    remedy: "Correct the address, or take a server that is compatible",
  }),
};

function permissionRemedy(address: string): string {
  const { hostname, host } = new URL(address);
  return ["localhost", "127.0.0.1"].includes(hostname)
    ? "Start it with deno task remote in place of deno task experiment"
    : `Start it as deno run -q --no-prompt -P=remote --allow-net=${host} experiments/main.ts …`;
}
