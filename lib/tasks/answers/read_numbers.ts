/**
 * The numbers of a text, each with its exact value.
 *
 * @module
 */
import { exactDecimal, type ExactNumber, exactNumber, exactText } from "./exact_number.ts";
import { NOT_A_NUMBER, numberText } from "./number_text.ts";

/** Digits with points and separators inside, perhaps an exponent; what it means is decided later. */
const DIGITS = String
  .raw`(?:\d+(?:[.,']\d+)*|(?<![)}\]])\.\d+(?:[.,']\d+)*)(?:[eE][-+]?\d+(?!\d))?`;
/** The number ends here: no digit is left over, and no further quotient follows. */
const END = String.raw`(?!\d|[.,']\d| ?\/ ?\d)`;
/** From the longest way of writing to the shortest, none of which starts inside a word or number. */
const NUMBER = new RegExp(
  [
    String
      .raw`(?<![\w.])(?:(?<factor>${DIGITS}) ?\* ?)?10 ?\^ ?(?:\{ ?(?<power>[-+]?\d+) ?\}|(?<bare>[-+]?\d+))`,
    String.raw`(?<![\w.])(?<whole>\d+) (?<part>\d+) ?\/ ?(?<of>\d+)${END}`,
    String.raw`(?<![\w.])(?<over>${DIGITS}) ?\/ ?(?<under>${DIGITS})${END}`,
    String.raw`(?<![\w.])(?<chain>${DIGITS}(?: ?\/ ?${DIGITS})+)`,
    String.raw`(?<![\w.])(?<single>${DIGITS})`,
    NOT_A_NUMBER,
  ].join("|"),
  "g",
);

const GROUPED = /^[1-9]\d{0,2}(?:,\d{3})+$|^[1-9]\d{0,2}(?:'\d{3})+$/;
/** Longer texts are no answers; {@link exactDecimal} reads as much. */
const MAX_LENGTH = 400;

/**
 * All numbers of a text, as people write them: groups of three digits, LaTeX, signs, points in front,
 * exponents, fractions, currencies, units, other scripts. Percent signs and words such as "million" count
 * as units, 45 for 45 % and 4 for 4 million, as the gold answers of GSM8K have it.
 *
 * @param text Any text.
 * @param options Whether the text is an answer and nothing else (`isAnswer`): then a sign may be parted
 * from its number by a space at the start too.
 * @returns In order: canonical text, or null for what is written as a number and is not one (`3,4`, `2^3`, π),
 * or, in an answer, stands for another (`5!`, `0.333...`, `|-5|`).
 */
export function readNumbers(
  text: string,
  { isAnswer = false }: { readonly isAnswer?: boolean } = {},
): (string | null)[] {
  const plain = numberText(text).trim();
  return Array.from(plain.matchAll(NUMBER), (match) => {
    const end = match.index + match[0].length;
    const before = plain.slice(Math.max(0, match.index - 12), match.index);
    const after = plain.slice(end, end + 7);
    if (/[A-Za-z)}\]] ?\/ ?$/.test(before)) return null; // a quotient of a name
    if (/[\^\uffff] ?\{? ?[-+]?$/.test(before)) return null; // an exponent, under a root
    if (goesOn(match[0], after) || (isAnswer && meansAnother(match[0], { before, after }))) {
      return null;
    }
    const value = valueOf(match.groups!);
    if (value === null) return null;
    const sign = isNegative(before, isAnswer) ? -1n : 1n;
    const number = exactNumber(sign * value.numerator, value.denominator)!;
    const canonical = exactText(number);
    return canonical.length > MAX_LENGTH ? null : canonical;
  });
}

/** Whether what follows belongs to the number and makes another one of it. */
function goesOn(number: string, after: string): boolean {
  // A power of something else than ten, a base in subscript, a broken exponent, a second one.
  if (/^(?: ?[\^_]|[.,']\d|[eE][-+]?\d)/.test(after)) return true;
  return number === "0" && /^(?:[xX][\da-fA-F]|[bB][01]|[oO][0-7])/.test(after); // 0xFF
}

/** Whether an answer's signs change its number; in a sentence the same are marks of punctuation. */
function meansAnother(
  number: string,
  { before, after }: { readonly before: string; readonly after: string },
): boolean {
  if (/^ ?!/.test(after)) return true; // a factorial
  if (number.includes(".") && /^ ?(?:\.{3}|\\[lc]?dots)/.test(after)) return true; // 0.333...
  return /-[ (]*-[ (]*$/.test(before) || (/\| ?- ?$/.test(before) && /^ ?\\?\|/.test(after));
}

function valueOf(parts: Record<string, string | undefined>): ExactNumber | null {
  const { factor, power = parts.bare, whole, part, of, over, under, single } = parts;
  if (power !== undefined) return product(digitsValue(factor ?? "1"), exactDecimal(`1e${power}`));
  if (whole !== undefined) {
    const w = exactDecimal(whole);
    const p = exactDecimal(part!);
    const o = exactDecimal(of!);
    if (w === null || p === null || o === null || p.numerator >= o.numerator) return null;
    return exactNumber(w.numerator * o.numerator + p.numerator, o.numerator);
  }
  if (over !== undefined) {
    const above = digitsValue(over);
    const below = digitsValue(under!);
    if (below === null || below.numerator === 0n) return null;
    return product(above, { numerator: below.denominator, denominator: below.numerator });
  }
  return single === undefined ? null : digitsValue(single);
}

function product(a: ExactNumber | null, b: ExactNumber | null): ExactNumber | null {
  if (a === null || b === null) return null;
  return exactNumber(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Separators count between groups of three digits only: `3,4` is two numbers, or none. */
function digitsValue(text: string): ExactNumber | null {
  const [, whole, rest] = /^([\d,']*)(.*)$/.exec(text)!;
  if (!/[,']/.test(text)) return exactDecimal(text);
  return GROUPED.test(whole!) ? exactDecimal(whole!.replaceAll(/[,']/g, "") + rest) : null;
}

/** A minus is a sign where no operand precedes it: `-4`, `-(4)`, `= -4`, but not `10-4` or `10 - 4`. */
function isNegative(before: string, isAnswer: boolean): boolean {
  if (/(?:^|[^\w.)}\]])-\(?$/.test(before)) return !/[\d)}\]] -\(?$/.test(before);
  // With a space behind it, it is a dash unless something says that a number comes.
  return /[=(≈] ?- $/.test(before) || (isAnswer && /(?:^|[{[:~]) ?- $/.test(before)) ||
    (isAnswer && /^ ?(?:negative|minus) $/i.test(before));
}
