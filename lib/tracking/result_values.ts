import type { Interval } from "../evaluation/mod.ts";
import { formatCell } from "./tables.ts";

/** A single number that running text of a document names. */
export interface ResultValue {
  /** The number, with its interval where the text shows it. */
  readonly value: number | Interval;
  /** Digits after the point. */
  readonly digits: number;
  /** What it is, in one line without double quotes: readers see it when they point at the number. */
  readonly meaning: string;
  /** Whether it is written with its sign in any case. Default false. */
  readonly isSigned?: boolean;
}

/**
 * A number as it stands in running text.
 *
 * @param value The number.
 * @returns Such as `+0.301` or `−0.02 [−0.04, 0.01]`, with the minus sign of print.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { valueText } from "./result_values.ts";
 *
 * const gain = { digits: 2, meaning: "last turn minus first", isSigned: true };
 * assertEquals(valueText({ ...gain, value: 0.3 }), "+0.30");
 * assertEquals(valueText({ ...gain, value: { estimate: -0.02, low: -0.04, high: 0.01 } }), "−0.02 [−0.04, 0.01]");
 * ```
 */
export function valueText({ value, digits, isSigned = false }: ResultValue): string {
  const estimate = typeof value === "number" ? value : value.estimate;
  const sign = isSigned && estimate > 0 ? "+" : "";
  return sign + formatCell(value, digits).replaceAll("-", "−");
}
