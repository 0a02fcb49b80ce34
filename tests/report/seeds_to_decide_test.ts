import { assertEquals } from "@std/assert";
import {
  isNoChange,
  isNoRise,
  isPositive,
  MOST_SEEDS,
  seedsToDecide,
} from "../../lib/report/mod.ts";

Deno.test("as many seeds as make Student's interval narrow enough", () => {
  // Half of the interval is 0.1 = t(4)·s / √5 with t(4) = 2.776: s = 0.0805. At 7 seeds it is 2.447·s / √7 = 0.0745,
  // at 8 seeds 2.365·s / √8 = 0.0673.
  const wide = { low: -0.03, high: 0.17 };
  assertEquals(seedsToDecide({ estimate: 0.07, ...wide }, 5, isPositive), 8);
  assertEquals(seedsToDecide({ estimate: 0.075, low: -0.025, high: 0.175 }, 5, isPositive), 7);
  // An effect of the other sign is told as well.
  assertEquals(seedsToDecide({ estimate: -0.07, low: -0.17, high: 0.03 }, 5, isPositive), 8);
});

Deno.test("ends count by themselves, as intervals over few questions are lopsided", () => {
  // The lower end is 0.1 away, the upper one is as far as anything.
  assertEquals(seedsToDecide({ estimate: 0.07, low: -0.03, high: 5 }, 5, isPositive), 8);
});

Deno.test("nothing, or hardly anything, is told by no number of seeds", () => {
  assertEquals(seedsToDecide({ estimate: 0, low: -0.1, high: 0.1 }, 5, isPositive), null);
  // At 200 seeds: 1.972·0.0805 / √200 = 0.01123.
  const near = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 });
  assertEquals(seedsToDecide(near(0.0112), 5, isPositive), null);
  assertEquals(seedsToDecide(near(0.01124), 5, isPositive), MOST_SEEDS);
  assertEquals(seedsToDecide({ estimate: 0.07, low: -0.03, high: 0.17 }, 1, isPositive), null);
});

Deno.test("no change is shown by an interval within the margin, a rise by one above it", () => {
  // 0.02 must hold ±half: 0.0805 has to shrink to 0.02, (2·0.0805 / 0.02)² = 65.
  assertEquals(
    seedsToDecide({ estimate: 0, low: -0.1, high: 0.1 }, 5, (ends) => isNoChange(ends, 0.02)),
    65,
  );
  // An estimate within the margin ends as no change, whatever a narrower interval would say of zero on the way: half
  // of the interval, of a deviation 0.0338, must shrink to 0.008: at 72 seeds 1.994·0.0338 / √72 = 0.00795.
  const near = { estimate: 0.012, low: -0.03, high: 0.054 };
  assertEquals(seedsToDecide(near, 5, (ends) => isNoChange(ends, 0.02)), 72);
  // -0.05 with the upper end at 0.05: at 8 seeds -0.05 + 0.0673 = 0.0173, at 7 seeds 0.0245.
  assertEquals(
    seedsToDecide({ estimate: -0.05, low: -0.15, high: 0.05 }, 5, (ends) => isNoRise(ends, 0.02)),
    8,
  );
});
