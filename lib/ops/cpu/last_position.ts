/** How far the slots of tokens in a cache reach. */

/**
 * The largest position among slots.
 *
 * @param slots Shape [N, 2], row and position of each token.
 * @returns At least 0.
 */
export function lastPosition(slots: Int32Array): number {
  let last = 0;
  for (let i = 1; i < slots.length; i += 2) last = Math.max(last, slots[i]!);
  return last;
}
