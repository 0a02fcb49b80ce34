/**
 * Who has what, and how people write numbers.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";

/** A person of a story. */
export interface Person {
  /** First name. */
  readonly name: string;
  /** she or he. */
  readonly subject: string;
  /** her or him. */
  readonly object: string;
  /** her or his. */
  readonly possessive: string;
}

const she = (name: string): Person => ({
  name,
  subject: "she",
  object: "her",
  possessive: "her",
});
const he = (name: string): Person => ({ name, subject: "he", object: "him", possessive: "his" });

/** People that stories are about. */
export const PEOPLE: readonly Person[] = [
  ...["Ana", "Mia", "Zoe", "Lena", "Nora", "Priya", "Grace", "Fatima", "Ruth", "Emma"].map(she),
  ...["Ben", "Omar", "Leo", "Carlos", "Jack", "Wei", "Tom", "Ivan", "Sam", "Noah"].map(he),
];

/** What they have, in the plural. */
export const THINGS: readonly string[] = [
  "stickers",
  "marbles",
  "apples",
  "books",
  "shells",
  "pencils",
  "cookies",
  "stamps",
  "coins",
  "postcards",
  "beads",
  "oranges",
  "cards",
  "buttons",
];

const WORDS =
  ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
    "seventeen eighteen nineteen twenty").split(" ");

/**
 * A number as people write it: mostly in digits, those from a thousand on with a comma, small ones also in words.
 *
 * @param value A whole number from 0.
 * @param random Chooses.
 * @returns The text.
 */
export function writtenNumber(value: number, random: Random): string {
  const choice = random.uniform();
  const word = WORDS[value];
  if (word !== undefined && choice < 0.3) return word;
  return value.toLocaleString("en-US");
}

/**
 * How often as many, in words.
 *
 * @param times From 2.
 * @returns `twice`, `three times`.
 */
export function timesInWords(times: number): string {
  return times === 2 ? "twice" : `${WORDS[times]!} times`;
}

/**
 * A sentence's beginning.
 *
 * @param text Any text.
 * @returns The same with a capital letter first.
 */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
