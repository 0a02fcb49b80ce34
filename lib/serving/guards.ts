/**
 * Who may ask.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { digestOf, named } from "../core/mod.ts";
import { ApiError } from "./api_error.ts";

/** Names under which a browser on the same machine reaches it; a page of another site has another one. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Lets through who knows the key: `Authorization: Bearer KEY`.
 *
 * @param key The key.
 * @returns The guard.
 */
export function keyGuard(key: string): MiddlewareHandler {
  const wanted = digestOf(key).sha256;
  return async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (given === undefined || !isSame(digestOf(given).sha256, wanted)) {
      throw new ApiError(
        `Cannot answer as the request must have the server's key in "Authorization: Bearer KEY": it has ${
          given === undefined ? "none" : "another"
        }`,
        { status: 401, code: "invalid_api_key" },
      );
    }
    await next();
  };
}

/**
 * Lets through who calls this machine by one of its own names. A server without a key on this machine is else
 * open to every page that its user looks at: a name of the page's site can be made to lead here.
 *
 * @returns The guard.
 */
export function loopbackGuard(): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!LOOPBACK.has(host.replace(/:\d+$/, "").toLowerCase())) {
      throw new ApiError(
        `Cannot answer as a server without a key must be called by a name of its own machine, such as ` +
          `localhost: ${named(host)}`,
        { status: 403, code: "foreign_host" },
      );
    }
    await next();
  };
}

/** Takes as long for any two texts of one length: hashes, so that nothing shows of the key. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}
