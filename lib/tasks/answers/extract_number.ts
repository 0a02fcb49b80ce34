import type { Compat } from "../../core/compat.ts";
import type { Extraction } from "../task.ts";
import { balancedBoxes, officialBoxes } from "./boxes.ts";

/** A number that no digit, point or letter runs into; the sign only counts where no operand precedes it. */
const NUMBER = /(?:(?=-)(?<![\w.)}\]]|[\d)}\]]\s+)-)?(?<![\w.])\d+(?:\.\d+)?(?![\d]|\.\d)/g;

/**
 * The number that an answer states.
 *
 * `paper` (spec §7.4): content of the last box with balanced braces, without `$`, `,`, `%` and units;
 * exactly one number must remain. Without a box the last number of the text, flagged by
 * `boxed: false`. `official` (spec §7.1): digits, `-` and `.` of the last box, or of the whole text,
 * read as one integer.
 *
 * @param text Any text.
 * @param compat Which rule; default `"paper"`.
 * @returns The number in canonical form (`12` for `12.0`), or null.
 *
 * @example
 * ```ts
 * import { extractNumber } from "./extract_number.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(extractNumber("37 - 9 = 28 . \\boxed{28}"), { answer: "28", boxed: true });
 * assertEquals(extractNumber("so she pays $1,234.50 in all"), { answer: "1234.5", boxed: false });
 * ```
 */
export function extractNumber(text: string, compat: Compat = "paper"): Extraction {
  return compat === "official" ? officialNumber(text) : paperNumber(text);
}

/**
 * Whether two answers are the same rational number.
 *
 * @param answer An extracted answer; null is never right.
 * @param gold The gold answer.
 * @returns True if both are numbers and equal.
 */
export function sameNumber(answer: string | null, gold: string): boolean {
  return answer !== null && canonicalNumber(answer) === (canonicalNumber(gold) ?? gold);
}

/**
 * One text for every way to write a decimal number: no leading or trailing zeros, no `-0`.
 *
 * @param text A number like `-007.50`.
 * @returns `-7.5`, or null if it is not such a number.
 */
export function canonicalNumber(text: string): string | null {
  const match = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text.trim());
  if (!match) return null;
  const magnitude = match[3] ? `${match[2]}.${match[3]}` : match[2]!;
  return magnitude === "0" ? "0" : match[1] + magnitude;
}

function paperNumber(text: string): Extraction {
  const boxes = balancedBoxes(text);
  const boxed = boxes.length > 0;
  const numbers = plain(boxed ? boxes.at(-1)! : text).match(NUMBER) ?? [];
  if (numbers.length === 0 || (boxed && numbers.length > 1)) return { answer: null, boxed };
  return { answer: canonicalNumber(numbers.at(-1)!), boxed };
}

function plain(text: string): string {
  return text.replaceAll("\u2212", "-").replaceAll(/\\?[$%]|(?<=\d),(?=\d)/g, "");
}

function officialNumber(text: string): Extraction {
  const stripped = text.trim();
  const boxes = officialBoxes(stripped);
  const digits = (boxes.at(-1) ?? stripped).replaceAll(/[^0-9.-]/g, "");
  const answer = /^-?[0-9]+$/.test(digits) ? canonicalNumber(digits) : null;
  return { answer, boxed: boxes.length > 0 };
}
