/**
 * A server of files on this machine that misbehaves as it is told.
 *
 * @module
 */

/** What the server does with requests for its files. */
export interface ServerFaults {
  /** Bodies end after so many bytes, one entry for each request; then they are whole. */
  cutAfter?: number[];
  /** Requests that are answered with this status, one entry for each; then it serves. */
  statuses?: number[];
  /** Whether it gives the whole file whatever range is asked for. */
  ignoresRange?: boolean;
  /** Whether it says no entity tag. */
  hidesTag?: boolean;
}

/** What was asked. */
export interface SeenRequest {
  path: string;
  range: string | null;
  authorization: string | null;
  status: number;
}

/** A running server. */
export interface FileServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Its files by path; may be changed while it runs. */
  readonly files: Record<string, Uint8Array | string>;
  /** What it does wrong; may be changed while it runs. */
  readonly faults: ServerFaults;
  /** All requests so far. */
  readonly seen: SeenRequest[];
  /** Paths that are sent on to another address. */
  readonly redirects: Record<string, string>;
}

/**
 * Runs a test with a server.
 *
 * @param test The test.
 */
export async function withFileServer(test: (server: FileServer) => Promise<void>): Promise<void> {
  const state = {
    files: {} as FileServer["files"],
    faults: {} as ServerFaults,
    seen: [] as SeenRequest[],
    redirects: {} as Record<string, string>,
  };
  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const path = url.pathname + url.search;
    const range = request.headers.get("range");
    const reply = (status: number, body: BodyInit | null, headers: Record<string, string> = {}) => {
      const authorization = request.headers.get("authorization");
      state.seen.push({ path, range, authorization, status });
      return new Response(body, { status, headers });
    };
    const to = state.redirects[path];
    if (to !== undefined) return reply(302, null, { location: to });
    const status = state.faults.statuses?.shift();
    if (status !== undefined) return reply(status, "no");
    const file = state.files[path];
    if (file === undefined) return reply(404, "no such file");
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
    const tag = `"${hash.toHex().slice(0, 16)}"`;
    const { ignoresRange, hidesTag, cutAfter } = state.faults;
    const condition = request.headers.get("if-range");
    const isRanged = range !== null && !ignoresRange && (condition === null || condition === tag);
    const begin = isRanged ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
    if (begin >= bytes.length && isRanged) return reply(416, null);
    const rest = bytes.slice(begin);
    const cut = cutAfter?.shift();
    const body = cut === undefined ? rest : cutBody(rest, cut);
    return reply(isRanged ? 206 : 200, body, {
      "content-length": String(rest.length),
      ...(hidesTag ? {} : { etag: tag }),
      ...(isRanged
        ? { "content-range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }
        : {}),
    });
  };
  const ended = new AbortController(); // a shutdown would wait for answers that were cut
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      onError: () => new Response(),
      signal: ended.signal,
    },
    answer,
  );
  try {
    await test({ origin: `http://127.0.0.1:${server.addr.port}`, ...state });
  } finally {
    ended.abort();
    await server.finished;
  }
}

/** A body that breaks off. */
function cutBody(
  bytes: Uint8Array<ArrayBuffer>,
  after: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = false;
  return new ReadableStream({
    async pull(controller) {
      if (!sent && after > 0) {
        sent = true;
        controller.enqueue(bytes.slice(0, after));
      } else {
        await new Promise((wake) => setTimeout(wake, 50)); // lets what was sent arrive
        controller.error();
      }
    },
  });
}
