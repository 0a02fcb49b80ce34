/** How a range of work is cut, one part per thread. */
export interface SpreadOptions {
  /** Number of elements, rows or whatever the kernel counts. */
  readonly count: number;
  /** Fewest of them that are worth a thread of their own: about 20 µs of work. */
  readonly grain: number;
  /** Parts begin at multiples of it; default 1. */
  readonly align?: number;
}

/**
 * Cuts a range into parts of about the same size.
 *
 * @param options How much there is and how finely it may be cut.
 * @param numThreads Most parts.
 * @returns First index and end of each part, in order; none for no work.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cutRange } from "./cut_range.ts";
 *
 * assertEquals(cutRange({ count: 100, grain: 10, align: 16 }, 3), [[0, 48], [48, 96], [96, 100]]);
 * assertEquals(cutRange({ count: 15, grain: 10 }, 3), [[0, 15]]);
 * ```
 */
export function cutRange(
  { count, grain, align = 1 }: SpreadOptions,
  numThreads: number,
): [from: number, to: number][] {
  const most = Math.max(1, Math.min(numThreads, Math.floor(count / grain)));
  const step = Math.max(1, Math.ceil(count / most / align) * align);
  const parts: [number, number][] = [];
  for (let from = 0; from < count; from += step) parts.push([from, Math.min(count, from + step)]);
  return parts;
}
