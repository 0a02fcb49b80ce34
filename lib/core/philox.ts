// Multipliers and Weyl constants of Philox4x32 (Salmon et al. 2011, "Parallel random numbers: as easy
// as 1, 2, 3", table 2 and section 3.3).
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const NUM_ROUNDS = 10;

/** Four unsigned 32-bit words: a counter or a block of random bits. */
export type Words4 = readonly [number, number, number, number];

/** Two unsigned 32-bit words: the key of a Philox generator. */
export type Words2 = readonly [number, number];

/** Upper 32 bits of the 64-bit product of two unsigned words, from 16-bit halves as doubles hold 53 bits. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16, aLow = a & 0xffff;
  const bHigh = b >>> 16, bLow = b & 0xffff;
  const carry = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (carry & 0xffff);
  return (aHigh * bHigh + (carry >>> 16) + (middle >>> 16)) >>> 0;
}

/**
 * Philox4x32-10: 128 random bits as a function of a counter and a key, with nothing kept between calls
 * (Salmon, Moraes, Dror and Shaw 2011, section 3.3). Integer arithmetic only, so the bits are the same
 * on every machine; they agree with the known-answer vectors that the authors published.
 *
 * @param counter Four unsigned 32-bit words, the least significant first.
 * @param key Two unsigned 32-bit words.
 * @returns Four unsigned 32-bit words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { philox4x32 } from "./philox.ts";
 *
 * assertEquals(philox4x32([0, 0, 0, 0], [0, 0])[0], 0x6627e8d5);
 * ```
 */
export function philox4x32(counter: Words4, key: Words2): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < NUM_ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0), low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2), low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}
