import type { Interval } from "../evaluation/mod.ts";
import { formatNumber } from "./format_number.ts";
import type { Cell } from "./tables.ts";

/** Title of the column beside a number with its interval over questions. */
export const OVER_SEEDS = "over seeds";

/** What tables say below such columns. */
export const SEEDS_NOTE: string =
  "Behind numbers stand 95 % intervals over questions: what new questions could make of these training runs. " +
  `"${OVER_SEEDS}" is the interval for new training runs as well: Student's t of the seeds' means, at least as ` +
  "wide as that over questions.";

/**
 * The ends of an interval over seeds, as the cell beside the number.
 *
 * @param interval The interval; null where there are fewer than two seeds.
 * @param digits Digits after the point.
 * @returns Such as `[0.905, 1.000]`.
 */
export function overSeedsCell(interval: Interval | null, digits: number): Cell {
  if (interval === null) return null;
  const [low, high] = [interval.low, interval.high].map((end) => formatNumber(end, digits));
  return `[${low}, ${high}]`;
}

/**
 * A difference as a cell, with the p-value of the widest interval that the table shows of it.
 *
 * @param overQuestions The difference; null where there is none.
 * @param overSeeds Its interval over seeds; null where there are fewer than two.
 * @returns The cell.
 */
export function differenceCell(overQuestions: Interval | null, overSeeds: Interval | null): Cell {
  return overQuestions &&
    { ...overQuestions, ...(overSeeds?.p === undefined ? {} : { p: overSeeds.p }) };
}
