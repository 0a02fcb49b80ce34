import { named, RunError } from "../core/mod.ts";

/** A token, and the only place that is told it. */
export interface AccessToken {
  /** The token; never printed. */
  readonly value: string;
  /** Scheme, host and port that it is for: `https://huggingface.co`. */
  readonly origin: string;
}

/** What a request says besides its address. */
export interface FetchOptions {
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told to its own origin alone, not to where that sends us. */
  readonly token?: AccessToken | undefined;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

const MAX_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks a server for something and follows where it sends us.
 *
 * @param url The address.
 * @param options What is said besides.
 * @returns The answer, whatever its status.
 * @throws {RunError} If no answer comes: without network, without permission, or in a circle.
 */
export async function fetchFrom(
  url: string,
  { headers = {}, token, signal }: FetchOptions = {},
): Promise<Response> {
  let address = new URL(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const isForToken = token !== undefined && address.origin === token.origin;
    const response = await fetch(address, {
      redirect: "manual", // followed here, so that the token stays with its origin
      headers: { ...headers, ...(isForToken ? { authorization: `Bearer ${token.value}` } : {}) },
      ...(signal === undefined ? {} : { signal }),
    }).catch((error) => {
      throw unreachable(address, error);
    });
    const next = response.headers.get("location");
    if (!REDIRECTS.includes(response.status) || next === null) return response;
    await response.body?.cancel();
    address = URL.parse(next, address) ?? nowhere(address, next);
  }
  throw new RunError(
    `Cannot fetch ${named(url)} as it must lead somewhere: it was sent on ${
      MAX_REDIRECTS + 1
    } times`,
    { thing: url, remedy: "Check the address of the mirror" },
  );
}

function nowhere({ href }: URL, next: string): never {
  throw new RunError(
    `Cannot fetch ${named(href)} as it must lead to an address: it leads to ${named(next)}`,
    { thing: href, value: next, remedy: "Check the address of the mirror" },
  );
}

function unreachable({ host, hostname }: URL, cause: unknown): RunError {
  if (cause instanceof Deno.errors.NotCapable) {
    return new RunError(
      `Cannot reach ${named(host)} as deno task data may ask only the hosts that deno.json lists`,
      {
        thing: host,
        remedy: `For another one: deno run -q --no-prompt -P=data --allow-net=${hostname} ` +
          "experiments/data.ts get NAME --mirror URL",
        cause,
      },
    );
  }
  const said = [cause, (cause as Error).cause].filter((error) => error instanceof Error)
    .map(({ message }) => message).join(": ");
  return new RunError(`Cannot reach ${named(host)}: ${said}`, {
    thing: host,
    remedy: "Check the network, or name a mirror or a folder that has the files with --mirror",
    cause,
  });
}
