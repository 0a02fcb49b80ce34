/**
 * Exact rational numbers as text: no float stands between what was written and what is compared.
 *
 * @module
 */

/** A rational number in lowest terms; the denominator is positive. */
export interface ExactNumber {
  /** Numerator. */
  readonly numerator: bigint;
  /** Denominator, at least 1. */
  readonly denominator: bigint;
}

/** More digits than any answer has; bounds the work on hostile text. */
const MAX_DIGITS = 400;

/**
 * A decimal number: digits, at most one point, perhaps an exponent.
 *
 * @param text Like `12`, `.5`, `007.50`, `1.5e-3`; without sign or separators.
 * @returns Its value, or null if it is no such number or has more than 400 digits.
 */
export function exactDecimal(text: string): ExactNumber | null {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text);
  const [, whole = "", fraction = "", exponent = "0"] = match ?? [];
  const digits = whole + fraction;
  const shift = Number(exponent) - fraction.length;
  if (digits === "" || digits.length > MAX_DIGITS || Math.abs(shift) > MAX_DIGITS) return null;
  const power = 10n ** BigInt(Math.abs(shift));
  return shift < 0
    ? exactNumber(BigInt(digits), power)
    : { numerator: BigInt(digits) * power, denominator: 1n };
}

/**
 * A quotient.
 *
 * @param numerator Any integer.
 * @param denominator Any integer.
 * @returns In lowest terms, or null when the denominator is 0.
 */
export function exactNumber(numerator: bigint, denominator: bigint): ExactNumber | null {
  if (denominator === 0n) return null;
  const divisor = gcd(magnitude(numerator), magnitude(denominator));
  const sign = denominator < 0n ? -1n : 1n;
  return {
    numerator: sign * numerator / divisor,
    denominator: sign * denominator / divisor,
  };
}

/**
 * The one text of a number: a decimal where it ends (`0.75`), else a fraction in lowest terms (`1/3`).
 *
 * @param number In lowest terms.
 * @returns Without leading or trailing zeros, without `-0`.
 */
export function exactText({ numerator, denominator }: ExactNumber): string {
  // It ends when the denominator divides a power of ten.
  let scale = 0;
  let rest = denominator;
  for (const factor of [2n, 5n]) {
    let count = 0;
    for (; rest % factor === 0n; rest /= factor) count++;
    scale = Math.max(scale, count);
  }
  if (rest !== 1n) return `${numerator}/${denominator}`;
  const power = 10n ** BigInt(scale);
  const digits = magnitude(numerator * power / denominator).toString().padStart(scale + 1, "0");
  const sign = numerator < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const magnitude = (value: bigint) => value < 0n ? -value : value;

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
