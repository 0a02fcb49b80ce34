/** Most columns of a panel: with 192 to 384 the libraries are equally fast. */
const MOST_COLUMNS = 288;
/** Panels begin at multiples of as many columns as the widest vector has floats. */
const ALIGNMENT = 16;

/**
 * Columns of the panels in which a weight lies for products of few rows: about as many for each thread.
 *
 * @param outputs Columns of the product, at least 1.
 * @param numThreads At least 1.
 * @returns Columns of every panel but the last, which has the rest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { panelWidth } from "./panel_width.ts";
 *
 * assertEquals(panelWidth(576, 2), 288);
 * assertEquals(panelWidth(1536, 2), 256); // 6 panels, 3 for each thread
 * ```
 */
export function panelWidth(outputs: number, numThreads: number): number {
  const count = Math.ceil(outputs / MOST_COLUMNS / numThreads) * numThreads;
  return Math.ceil(outputs / count / ALIGNMENT) * ALIGNMENT;
}
