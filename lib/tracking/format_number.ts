/**
 * A number for people: enough digits to compare, no more.
 *
 * @param value The number.
 * @param digits Digits after the point; without it, three significant ones.
 * @returns Its text; `?` where it is none, `∞` where it has no end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatNumber } from "./format_number.ts";
 *
 * assertEquals(formatNumber(0.61849, 3), "0.618");
 * assertEquals([formatNumber(12), formatNumber(0.000123), formatNumber(3.14159)], ["12", "1.23e-4", "3.14"]);
 * ```
 */
export function formatNumber(value: number, digits?: number): string {
  if (Number.isNaN(value)) return "?";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (digits !== undefined) return value.toFixed(digits);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return String(value);
  return size >= 1e-3 && size < 1e6
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(2).replace("e+", "e");
}

/**
 * A span of time for people.
 *
 * @param seconds The span, in seconds.
 * @returns Such as `42 s`, `3 min 05 s` or `2 h 10 min`.
 */
export function formatSeconds(seconds: number): string {
  const two = (x: number) => String(x).padStart(2, "0");
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
