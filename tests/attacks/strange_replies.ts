/**
 * Replies of servers as they should not be, in place of a network.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { anyText } from "./json_mutations.ts";

/** How a body comes: at once, in pieces, cut, without end. */
const WAYS = ["whole", "whole", "whole", "pieces", "cut", "endless"] as const;

/** What a server sends. */
export interface Reply {
  /** Its status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How it comes. */
  readonly way: (typeof WAYS)[number];
  /** The reply, for people. */
  readonly shown: string;
}

const STATUSES = [
  ...[
    201,
    202,
    204,
    206,
    301,
    302,
    304,
    307,
    400,
    401,
    403,
    404,
    408,
    409,
    413,
    418,
    422,
    429,
    451,
  ],
  ...[500, 502, 503, 504, 529, 599],
];
const TYPES = [
  ...["application/json", "application/json; charset=utf-16", "text/html", "text/event-stream"],
  ...["text/plain", "application/octet-stream", "x"],
];
const WAITS = [
  "0",
  "-5",
  "1e308",
  "NaN",
  "Infinity",
  "soon",
  "Wed, 21 Oct 2015 07:28:00 GMT",
  "0x10",
];
const LOCATIONS = [
  "/",
  "http://[",
  "//evil.example",
  "http://127.0.0.1:9/v1/x",
  "javascript:1",
  "",
];
const BODIES = [
  ...[
    "",
    "null",
    "[]",
    "{}",
    "0",
    '"text"',
    "<html><body>502 Bad Gateway</body></html>",
    "data: [DONE]\n\n",
  ],
  ...[
    'data: {"choices":[{"delta":{"content":"a"}}]}\n\n',
    "{",
    '{"choices":[]}',
    "\ufeff{}",
    "NaN",
  ],
  ...['{"choices":[{}]}', '{"choices":[{"message":null}]}', '{"error":null}', '{"error":"x"}'],
];

/**
 * A reply.
 *
 * @param random Decides.
 * @param bytes The body that is meant.
 * @param maxBytes How much of a body is read.
 * @returns What comes in its place.
 */
export function strangeReply(
  random: Random,
  bytes: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Reply {
  const status = random.uniform() < 0.7 ? 200 : random.choice(STATUSES);
  const way = random.choice(WAYS);
  const kind = random.uniform();
  const body = kind < 0.8
    ? bytes
    : kind < 0.9
    ? new TextEncoder().encode(random.choice(BODIES))
    : kind < 0.95
    ? new TextEncoder().encode(anyText(random))
    : new Uint8Array(maxBytes + random.integer(-1, 2)).fill(0x20);
  const headers = {
    ...(random.uniform() < 0.8 ? { "content-type": random.choice(TYPES) } : {}),
    ...(random.uniform() < 0.2 ? { "retry-after": random.choice(WAITS) } : {}),
    ...(random.uniform() < 0.2 ? { "content-length": random.choice(["0", "1", "-1", "1e9"]) } : {}),
    ...(random.uniform() < 0.2 ? { location: random.choice(LOCATIONS) } : {}),
  };
  const text = new TextDecoder().decode(body.subarray(0, 250));
  return {
    status,
    headers,
    bytes: body,
    way,
    shown: `${status} ${way} ${JSON.stringify(headers)} ${text}`,
  };
}

/**
 * What `fetch()` gives.
 *
 * @param reply The reply.
 * @returns It as a response, whose body can be read once.
 */
export function replyOf({ status, headers, bytes, way }: Reply): Response {
  const body = [204, 205, 304].includes(status)
    ? null
    : way === "whole"
    ? bytes
    : streamOf(bytes, way);
  return new Response(body, { status, headers });
}

function streamOf(bytes: Uint8Array<ArrayBuffer>, way: Reply["way"]): ReadableStream<Uint8Array> {
  const size = Math.max(1, Math.ceil(bytes.length / 7));
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (way === "cut" && at >= bytes.length / 2) {
        controller.error(new TypeError("error reading a body from connection"));
      } else if (at < bytes.length) controller.enqueue(bytes.slice(at, at += size));
      else if (way === "endless") controller.enqueue(new Uint8Array(1 << 16).fill(0x20));
      else controller.close();
    },
  });
}

/**
 * Does something while a server answers every request.
 *
 * @param answer Makes a response.
 * @param use What is done; nothing else may fetch meanwhile.
 * @returns Its result.
 */
export async function withReplies<R>(answer: () => Response, use: () => Promise<R>): Promise<R> {
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.try(answer);
  try {
    return await use();
  } finally {
    globalThis.fetch = fetch;
  }
}
