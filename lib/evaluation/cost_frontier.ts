/** A way of answering as the frontier sees it. */
export interface CostedValue {
  /** What it costs, such as tokens per question. */
  readonly cost: number;
  /** What it reaches, such as accuracy. */
  readonly value: number;
}

/**
 * The frontier of value against cost: what nothing else beats at the same cost or less.
 *
 * @typeParam Point What else is known of a way.
 * @param points All ways.
 * @returns Those on the frontier from the cheapest on, each better than all before; of equal ones the first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { costFrontier } from "./cost_frontier.ts";
 *
 * const [cheap, dear, beaten] = [
 *   { cost: 10, value: 0.5 },
 *   { cost: 40, value: 0.8 },
 *   { cost: 20, value: 0.4 },
 * ];
 * assertEquals(costFrontier([dear!, beaten!, cheap!]), [cheap!, dear!]);
 * ```
 */
export function costFrontier<Point extends CostedValue>(points: readonly Point[]): Point[] {
  const frontier: Point[] = [];
  for (const point of points.toSorted((a, b) => a.cost - b.cost || b.value - a.value)) {
    if (point.value > (frontier.at(-1)?.value ?? -Infinity)) frontier.push(point);
  }
  return frontier;
}
