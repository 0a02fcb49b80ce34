/**
 * Token sequences in the order of a dictionary: neighbours share the longest prefixes.
 *
 * @module
 */

/**
 * How many tokens two sequences begin with in common.
 *
 * @param a Token ids.
 * @param b Token ids.
 * @returns Length of the common prefix.
 */
export function commonPrefix(a: Int32Array, b: Int32Array): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a[i] === b[i]) i++;
  return i;
}

/**
 * Compares two sequences token by token; a prefix comes before what it begins.
 *
 * @param a Token ids.
 * @param b Token ids.
 * @returns Negative, zero or positive, as `sort` wants it.
 */
export function compareTokens(a: Int32Array, b: Int32Array): number {
  const i = commonPrefix(a, b);
  return i === a.length || i === b.length ? a.length - b.length : a[i]! - b[i]!;
}
