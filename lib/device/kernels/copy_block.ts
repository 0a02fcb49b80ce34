/** Below this length a loop is faster than making a view and setting it. */
const MIN_VIEW_LENGTH = 32;

/**
 * Copies `length` elements.
 *
 * @param from Array to copy from.
 * @param to Array to copy to; must not overlap.
 * @param place First index in `from`, first index in `to`, number of elements.
 */
export function copyRun(
  from: Float32Array | Int32Array,
  to: Float32Array | Int32Array,
  place: readonly [fromStart: number, toStart: number, length: number],
): void {
  const [fromStart, toStart, length] = place;
  if (length >= MIN_VIEW_LENGTH) {
    to.set(from.subarray(fromStart, fromStart + length), toStart);
  } else {
    for (let i = 0; i < length; i++) to[toStart + i] = from[fromStart + i]!;
  }
}
