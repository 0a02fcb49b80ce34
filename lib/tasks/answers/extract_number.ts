import type { Compat } from "../../core/compat.ts";
import type { Extraction } from "../extraction.ts";
import { balancedBoxes, officialBoxes } from "./boxes.ts";
import { exactDecimal, exactNumber, exactText } from "./exact_number.ts";
import { readNumbers } from "./read_numbers.ts";

/**
 * The number that an answer states.
 *
 * `paper`: content of the last box with balanced braces, which must hold exactly one number
 * as people write them ({@link readNumbers}), with or without currency, percent sign and unit. Without
 * a box the last number of the text, flagged by `boxed: false`. `official` (utils/dataset.py:402-428):
 * digits, `-` and `.` of the last box, or of the whole text, read as one integer.
 *
 * @param text Any text.
 * @param compat Which rule; default `"paper"`.
 * @returns The number in canonical form (`12` for `12.0`, `1/3` for what does not end), or null.
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
 * One text for every way to write a decimal number or a fraction of them: no leading or trailing zeros,
 * no `-0`, lowest terms.
 *
 * @param text A number like `-007.50` or `6/4`.
 * @returns `-7.5`, `1.5`, `1/3`, or null if it is not such a number.
 */
export function canonicalNumber(text: string): string | null {
  const match = /^(-?)(\d+(?:\.\d*)?)(?:\/(\d+))?$/.exec(text.trim());
  const above = match && exactDecimal(match[2]!);
  const below = match && exactDecimal(match[3] ?? "1");
  if (!above || !below) return null;
  const sign = match[1] === "" ? 1n : -1n;
  const value = exactNumber(sign * above.numerator, above.denominator * below.numerator);
  return value && exactText(value);
}

function paperNumber(text: string): Extraction {
  const box = balancedBoxes(text).at(-1);
  if (box === undefined) return { answer: readNumbers(text).at(-1) ?? null, boxed: false };
  const numbers = readNumbers(box, { isAnswer: true });
  return { answer: numbers.length === 1 ? numbers[0]! : null, boxed: true };
}

function officialNumber(text: string): Extraction {
  const stripped = text.trim();
  const boxes = officialBoxes(stripped);
  const digits = (boxes.at(-1) ?? stripped).replaceAll(/[^0-9.-]/g, "");
  const answer = /^-?[0-9]+$/.test(digits) ? canonicalNumber(digits) : null;
  return { answer, boxed: boxes.length > 0 };
}
