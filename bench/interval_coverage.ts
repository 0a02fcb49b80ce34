/**
 * Prints how often the 95 % intervals of evaluations hold the truth: `deno run bench/interval_coverage.ts`,
 * about a minute. The table stands in the documentation of `bootstrapMean()`.
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import { COVERAGE_CASES, measureCoverage } from "./support/coverage.ts";

const SIZES = [20, 50, 100, 300];

if (import.meta.main) {
  const trials = Number(Deno.args[0] ?? 4000);
  const options = { trials, numResamples: 2000, random: Random.fromSeed(0) };
  console.log(`| measured | ${SIZES.map((size) => `${size} questions`).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(SIZES.length)}`);
  for (const world of COVERAGE_CASES) {
    const cells = SIZES.map((size) => {
      const { covered, few } = measureCoverage(world, size, options);
      return `${covered.toFixed(3)} (${few.toFixed(2)})`;
    });
    console.log(`| ${world.name} | ${cells.join(" | ")} |`);
  }
}
