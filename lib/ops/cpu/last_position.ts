/** How far the places of tokens in a cache reach. */

/**
 * The largest position among places.
 *
 * @param places Shape [N, 2], row and position of each token.
 * @returns At least 0.
 */
export function lastPosition(places: Int32Array): number {
  let last = 0;
  for (let i = 1; i < places.length; i += 2) last = Math.max(last, places[i]!);
  return last;
}
