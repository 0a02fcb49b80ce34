import { digestOf } from "../core/mod.ts";

/** 48 bits: of 10000 texts, two share a hash by chance once in five million times. */
const DIGITS = 12;

/**
 * Tells questions of different texts apart, in frames that are kept without texts.
 *
 * @param text Text of a question.
 * @returns The first 12 hexadecimal digits of its SHA-256.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashOfQuestion } from "./question_hash.ts";
 *
 * assertEquals(hashOfQuestion("abc"), "ba7816bf8f01");
 * ```
 */
export function hashOfQuestion(text: string): string {
  return digestOf(text).sha256.slice(0, DIGITS);
}
