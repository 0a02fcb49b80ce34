import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  measureSeedCoverage,
  SEED_CASES,
  type SeedCase,
} from "../../bench/support/seed_coverage.ts";
import { Random } from "../../lib/core/mod.ts";
import { intervalOverSeeds } from "../../lib/evaluation/mod.ts";

const narrow = { estimate: 0.9, low: 0.89, high: 0.91 };

Deno.test("intervalOverSeeds() is Student's interval of the seeds' means, within the bounds", () => {
  // Means 0.8, 0.9, 1: deviation 0.1, standard error 0.1 / √3; t of 2 degrees is 4.302653, so reach 0.248414.
  const open = intervalOverSeeds([0.8, 0.9, 1], { overQuestions: narrow })!;
  assertAlmostEquals(open.estimate, 0.9, 1e-12);
  assertAlmostEquals(open.low, 0.651586, 1e-6);
  assertAlmostEquals(open.high, 1.148414, 1e-6);
  const bounds = { low: 0, high: 1 };
  const share = intervalOverSeeds([0.8, 0.9, 1], { overQuestions: narrow, bounds })!;
  assertEquals([share.low, share.high], [open.low, 1]);
  // At level 0.5, t of 2 degrees is √(2/3) = 0.816497: reach 0.816497 · 0.1 / √3 = 0.047140.
  const half = intervalOverSeeds([0.8, 0.9, 1], { overQuestions: narrow, level: 0.5 })!;
  assertAlmostEquals(half.high - half.estimate, 0.04714, 1e-6);
});

Deno.test("intervalOverSeeds() is at least as wide as the interval over questions", () => {
  // Seeds that are alike by chance say nothing of what new questions would do.
  const alike = intervalOverSeeds([0.9, 0.9, 0.9], { overQuestions: narrow })!;
  assertEquals([alike.low, alike.high], [0.89, 0.91]);
  const lopsided = { estimate: 0.9, low: 0.2, high: 0.9 };
  const { low, high } = intervalOverSeeds([0.8, 0.9, 1], { overQuestions: lopsided })!;
  assertEquals(low, 0.2);
  assertAlmostEquals(high, 1.148414, 1e-6);
});

Deno.test("intervalOverSeeds() counts questions equally where seeds have more and fewer", () => {
  // Shares 0.25 and 0.75: mean 0.25 · 0.4 + 0.75 · 0.8 = 0.7. Variance 2 · ((0.25 · -0.3)² + (0.75 · 0.1)²)
  // = 0.0225, root 0.15; t of 1 degree is 12.706205, reach 1.905931.
  const { estimate, low, high } = intervalOverSeeds([0.4, 0.8], {
    overQuestions: narrow,
    countsS: [10, 30],
  })!;
  assertAlmostEquals(estimate, 0.7, 1e-12);
  assertAlmostEquals(low, 0.7 - 1.905931, 1e-5);
  assertAlmostEquals(high, 0.7 + 1.905931, 1e-5);
});

Deno.test("intervalOverSeeds() needs two seeds, finite means and a level", () => {
  assertEquals(intervalOverSeeds([0.9], { overQuestions: narrow }), null);
  assertEquals(intervalOverSeeds([], { overQuestions: narrow }), null);
  assertThrows(
    () => intervalOverSeeds([0.9, NaN], { overQuestions: narrow }),
    RangeError,
    "Cannot average seeds as their means must be finite: one is NaN",
  );
  assertThrows(
    () => intervalOverSeeds([0.8, 0.9], { overQuestions: narrow, countsS: [1] }),
    RangeError,
    "2 means, 1 numbers",
  );
  assertThrows(
    () => intervalOverSeeds([0.8, 0.9], { overQuestions: narrow, level: 1 }),
    RangeError,
    "level must be in (0, 1)",
  );
});

Deno.test("intervalOverSeeds() holds the truth 95 times in 100 where seeds differ evenly, and resampling does not", () => {
  const options = { numQuestions: 40, trials: 600, numResamples: 100, random: Random.fromSeed(1) };
  const measure = (name: string, numSeeds: number) =>
    measureSeedCoverage(SEED_CASES.find((world: SeedCase) => world.name === name)!, {
      ...options,
      numSeeds,
    });
  // Three standard errors of a share near 0.95 of 600: 0.027; uniform seeds cost two in 100 more.
  for (const numSeeds of [3, 5]) {
    const alike = measure("seeds alike, 0.8", numSeeds);
    assert(alike.overSeeds > 0.95 - 0.027, `alike: ${alike.overSeeds}`);
    const wide = measure("0.5 ± 0.2, even", numSeeds);
    assert(wide.overSeeds > 0.93 - 0.027 && wide.overSeeds < 0.98, `wide: ${wide.overSeeds}`);
    assert(wide.overQuestions < 0.6, `over questions: ${wide.overQuestions}`);
    if (numSeeds === 3) assert(wide.resampled! < 0.85, `resampled: ${wide.resampled}`);
  }
});
