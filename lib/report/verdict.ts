import type { Interval } from "../evaluation/mod.ts";

/** What became of a claim. */
export type Verdict = "reproduced" | "not reproduced" | "not distinguishable" | "not run";

/** The ends of an interval. */
export type IntervalEnds = Pick<Interval, "low" | "high">;

/**
 * Whether an effect is there, as claimed: the whole interval lies above zero.
 *
 * @param interval The effect, counted so that it is positive if the claim is right.
 * @returns `not reproduced` where all of it lies below zero, `not distinguishable` where it holds zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isPositive } from "./verdict.ts";
 *
 * assertEquals(isPositive({ low: 0.01, high: 0.05 }), "reproduced");
 * assertEquals(isPositive({ low: -0.01, high: 0.05 }), "not distinguishable");
 * ```
 */
export function isPositive({ low, high }: IntervalEnds): Verdict {
  return low > 0 ? "reproduced" : high < 0 ? "not reproduced" : "not distinguishable";
}

/**
 * Whether something does not rise, as claimed. That an interval holds zero does not show it, as a wide one holds
 * anything: its upper end must be small (a test of non-superiority).
 *
 * @param interval The rise.
 * @param margin A rise that would count as none, above 0.
 * @returns `reproduced` where all of it lies at the margin or below and it does not rise for certain.
 */
export function isNoRise({ low, high }: IntervalEnds, margin: number): Verdict {
  return low > 0 ? "not reproduced" : high <= margin ? "reproduced" : "not distinguishable";
}

/**
 * Whether something stays the same, as claimed: the whole interval lies within a margin around zero (equivalence by
 * two one-sided tests; Schuirmann 1987).
 *
 * @param interval The change.
 * @param margin A change that would count as none, above 0.
 * @returns `not reproduced` where all of it lies beyond the margin.
 */
export function isNoChange({ low, high }: IntervalEnds, margin: number): Verdict {
  if (low >= -margin && high <= margin) return "reproduced";
  return low > margin || high < -margin ? "not reproduced" : "not distinguishable";
}

/** The worst first. */
const ORDER: readonly Verdict[] = ["not run", "not reproduced", "not distinguishable"];

/**
 * The verdict on a claim of several parts, all of which must hold.
 *
 * @param verdicts Of its parts.
 * @returns The worst one; `not run` where there is none or one was not run.
 */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return "not run";
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? "reproduced";
}
