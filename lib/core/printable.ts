/** Characters that move the cursor, colour, hide or reorder text; line breaks and tabs are not among them. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

/** Characters of the longest message. */
const MAX_LENGTH = 8000;
/** Characters of a value within a message. */
const MAX_VALUE_LENGTH = 80;

/**
 * Text that may hold what somebody else wrote (a path, a setting, a line of a foreign file), so that a
 * terminal shows it instead of obeying it.
 *
 * @param text Any text.
 * @param maxLength Most characters that are kept; the number of the others is said.
 * @returns The text with control characters, marks of writing direction and halves of characters written
 * as `\u001b`; line breaks and tabs stay.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { printable } from "./printable.ts";
 *
 * assertEquals(printable("red\x1b[31m"), "red\\u001b[31m");
 * ```
 */
export function printable(text: string, maxLength: number = MAX_LENGTH): string {
  const shown = text.length <= maxLength
    ? text
    : `${text.slice(0, maxLength)}… (${text.length - maxLength} more characters)`;
  return shown.replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A value within a sentence: as JSON, on one line, its end left out where it is long.
 *
 * @param value Anything.
 * @returns At most 80 characters.
 */
export function quoted(value: unknown): string {
  const text = typeof value === "string"
    ? JSON.stringify(value.slice(0, MAX_VALUE_LENGTH + 1))
    : typeof value === "number" // JSON has no NaN and no Infinity
    ? String(value)
    : JSON.stringify(value) ?? String(value);
  const short = text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 3)}...` : text;
  return printable(short);
}

/**
 * A path, flag or name within a sentence: in quotes where it would be misread without.
 *
 * @param name The name.
 * @returns As it is where it is made of ordinary characters, else as {@linkcode quoted} writes it.
 */
export function named(name: string): string {
  return /^[\p{L}\p{N}_.,/\\:@+=~-]{1,400}$/u.test(name) ? name : quoted(name);
}

/**
 * A list of names for a message, however many and long they are.
 *
 * @param names Any texts.
 * @returns The first five, shortened, and how many more there are.
 */
export function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) =>
    name.length <= 100 ? name : `${name.slice(0, 97)}...`
  ).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
