import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ApiError } from "./api_error.ts";

/** Limits of a body. */
export interface BodyLimits {
  /** Most bytes. */
  readonly maxBytes: number;
  /** Longest time in which it must have come, in seconds. */
  readonly seconds: number;
}

/**
 * Reads the body of a request. Only `application/json` is read: browsers send that to another site, such as
 * a page to a server on the same machine, only where the server says that they may, and this one does not.
 *
 * @param c The request.
 * @param limits Size and time.
 * @returns The body, parsed.
 * @throws {ApiError} If it is too large or too slow, or no JSON.
 */
export async function readJsonBody(
  c: Context,
  { maxBytes, seconds }: BodyLimits,
): Promise<unknown> {
  const type = c.req.header("content-type")?.replace(/;.*$/s, "").trim().toLowerCase();
  if (type !== "application/json") {
    throw new ApiError(
      `Cannot read the body as its content-type must be application/json: it is ${
        type ?? "not set"
      }`,
      { status: 415, code: "unsupported_content_type" },
    );
  }
  const limited = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new ApiError(
        `Cannot read the body as it must have at most ${maxBytes} bytes: it has more`,
        {
          status: 413,
          code: "request_too_large",
        },
      );
    },
  });
  let bytes = new ArrayBuffer(0);
  const read = limited(c, async () => {
    bytes = await c.req.arrayBuffer();
  });
  await inTime(read, seconds);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ApiError(
      `Cannot read the body as it must be JSON in UTF-8: ${(cause as Error).message}`,
      {
        code: "invalid_json",
      },
    );
  }
}

/** A client that sends nothing more must not hold a connection for ever. */
async function inTime(work: Promise<unknown>, seconds: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() =>
    late.reject(
      new ApiError(`Cannot read the body as it must come within ${seconds} s: it did not`, {
        status: 408,
        code: "request_timeout",
      }),
    ), seconds * 1000);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // what comes later is of no interest
  }
}
