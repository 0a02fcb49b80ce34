/**
 * Names of questions that tell which ones ask the same: where there are few different questions, or seeds share
 * them, several questions of an evaluation have the same text, and their answers depend on each other.
 *
 * @module
 */

/** Names a question in evaluations: all its answers have the same key. */
export type QuestionKey = string | number;

/** ASCII's separator of units: names of questions may hold anything that is printed. */
const SEPARATOR = "\x1f";

/**
 * The key of a question of which it is known what it asks.
 *
 * @param id Name of the question in its task.
 * @param content The same for questions of the same text, such as a hash of it.
 * @returns The key; with a text in front of it (such as the seed) it is another question of the same content.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contentOf, questionKey } from "./question_key.ts";
 *
 * const [one, other] = [questionKey("test/0", "2 + 2"), questionKey("test/7", "2 + 2")];
 * assertEquals(contentOf(`seed 1 ${one}`), contentOf(other));
 * assertEquals(contentOf("test/0"), "test/0");
 * ```
 */
export function questionKey(id: string, content: string): string {
  return `${id}${SEPARATOR}${content}`;
}

/**
 * What a question asks, to tell whether two ask the same.
 *
 * @param key Its key.
 * @returns The content that it was made with; a key without is a question by itself.
 */
export function contentOf(key: QuestionKey): QuestionKey {
  return typeof key === "string" ? key.slice(key.lastIndexOf(SEPARATOR) + 1) : key;
}
