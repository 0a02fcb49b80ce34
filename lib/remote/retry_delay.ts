import type { Random } from "../core/mod.ts";

/** Most seconds that are waited, whatever a server asks for. */
const MAX_SECONDS = 60;

/** What a pause before another try follows from. */
export interface RetryDelayOptions {
  /** Seconds before the second try, without jitter; doubled before each further one. */
  readonly first: number;
  /** Seconds that the server asks to wait; absent = it does not say. */
  readonly retryAfter?: number | undefined;
  /** Draws the jitter, so that requests which failed together do not come together again. */
  readonly random: Random;
}

/**
 * How long to wait before another try: first · 2^(tries − 1), less up to half of it at random, and at least what the
 * server asks for. No library is used for it, as those draw from a generator without a seed.
 *
 * @param tries Tries that have failed, at least 1.
 * @param options First pause, the server's wish, jitter.
 * @returns Seconds, at most 60.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/mod.ts";
 * import { retryDelay } from "./retry_delay.ts";
 *
 * const third = retryDelay(3, { first: 1, random: Random.fromSeed(0) });
 * assert(2 < third && third <= 4);
 * ```
 */
export function retryDelay(
  tries: number,
  { first, retryAfter = 0, random }: RetryDelayOptions,
): number {
  const pause = Math.min(MAX_SECONDS, first * 2 ** (tries - 1));
  return Math.min(MAX_SECONDS, Math.max(retryAfter, pause * (1 - random.uniform() / 2)));
}

/**
 * Reads the header `Retry-After`.
 *
 * @param value Its value: seconds, or a date.
 * @param now Milliseconds since 1970.
 * @returns Seconds, at least 0; undefined where it is neither.
 */
export function retryAfterSeconds(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? (Date.parse(value) - now) / 1000 : seconds;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
