import { digestOf } from "../core/mod.ts";

/** 32 bits: of 1500 texts, two share a hash by chance in one of 3800 results, and are then taken together. */
const DIGITS = 8;

/**
 * Tells questions of different texts apart, in frames that are kept without texts.
 *
 * @param text Text of a question.
 * @returns The first 8 hexadecimal digits of its SHA-256.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashOfQuestion } from "./question_hash.ts";
 *
 * assertEquals(hashOfQuestion("abc"), "ba7816bf");
 * ```
 */
export function hashOfQuestion(text: string): string {
  return digestOf(text).sha256.slice(0, DIGITS);
}
