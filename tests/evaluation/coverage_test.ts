import { assert } from "@std/assert";
import { COVERAGE_CASES, measureCoverage } from "../../bench/support/coverage.ts";
import { Random } from "../../lib/core/mod.ts";

const TRIALS = 300;
/** Two and a half standard errors of a share near 0.95 over that many evaluations. */
const NOISE = 2.5 * Math.sqrt(0.05 * 0.95 / TRIALS);

Deno.test("intervals hold the truth 92 to 97 times in 100, or more often where they say that few differ", () => {
  const options = { trials: TRIALS, numResamples: 400, random: Random.fromSeed(1) };
  for (const world of COVERAGE_CASES) {
    for (const size of [20, 50, 300]) {
      const { covered, few } = measureCoverage(world, size, options);
      const text = `${world.name}, ${size} questions: ${covered}, few in ${few}`;
      assert(covered >= 0.92 - NOISE, text);
      assert(covered <= 0.97 + NOISE || few > 0, text);
    }
  }
});
