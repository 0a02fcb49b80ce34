import { type Interval, studentQuantile } from "../evaluation/mod.ts";
import type { IntervalEnds, Verdict } from "./verdict.ts";

/** More seeds than these nobody runs. */
export const MOST_SEEDS = 200;

/**
 * How many seeds would decide a figure that is not distinguishable, if the estimate and the spread over seeds stayed
 * as they are: half the width of Student's interval goes as t / √S, with S − 1 degrees of freedom. What a few seeds
 * tell of their spread is rough, and so is this number.
 *
 * @param interval The figure, with a 95 % interval over seeds.
 * @param numSeeds S, seeds that it was found from.
 * @param decide The verdict on an interval.
 * @returns The least number of seeds above S with another verdict; null where {@link MOST_SEEDS} do not suffice, or
 * where there are fewer than two seeds and no spread.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seedsToDecide } from "./seeds_to_decide.ts";
 * import { isPositive } from "./verdict.ts";
 *
 * assertEquals(seedsToDecide({ estimate: 0.01, low: -0.02, high: 0.04 }, 5, isPositive), 25);
 * ```
 */
export function seedsToDecide(
  { estimate, low, high }: Pick<Interval, "estimate" | "low" | "high">,
  numSeeds: number,
  decide: (ends: IntervalEnds) => Verdict,
): number | null {
  if (numSeeds < 2) return null;
  for (let seeds = numSeeds + 1; seeds <= MOST_SEEDS; seeds++) {
    const scale = reachOf(seeds) / reachOf(numSeeds);
    const ends = {
      low: estimate - (estimate - low) * scale,
      high: estimate + (high - estimate) * scale,
    };
    if (decide(ends) !== "not distinguishable") return seeds;
  }
  return null;
}

/** Half of the interval, in standard deviations of one seed. */
const reachOf = (seeds: number) => studentQuantile(0.975, seeds - 1) / Math.sqrt(seeds);
