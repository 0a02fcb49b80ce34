/**
 * Prints how often 95 % intervals over seeds hold the truth: `deno run bench/seed_coverage.ts`, ten minutes.
 * The tables stand in the documentation of `intervalOverSeeds()`.
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import { measureSeedCoverage, SEED_CASES, TABLE_CASES } from "./support/seed_coverage.ts";

const SIZES = [2, 3, 5, 10];

if (import.meta.main) {
  const options = {
    numQuestions: 100,
    trials: Number(Deno.args[0] ?? 1000),
    numResamples: 400,
    random: Random.fromSeed(0),
  };
  console.log(`| accuracy of a seed | ${SIZES.map((size) => `${size} seeds`).join(" | ")} |`);
  console.log(`| --- |${" --- |".repeat(SIZES.length)}`);
  for (const world of SEED_CASES) {
    const cells = SIZES.map((numSeeds) => {
      const shares = measureSeedCoverage(world, { ...options, numSeeds });
      return [shares.overSeeds, shares.resampled, shares.overQuestions]
        .map((share) => share!.toFixed(2)).join(", ");
    });
    console.log(`| ${world.name} | ${cells.join(" | ")} |`);
  }
  console.log("\n| a question gives | 3 seeds | 5 seeds |\n| --- | --- | --- |");
  for (const world of TABLE_CASES) {
    const cells = [3, 5].map((numSeeds) => {
      const sizes = { numSeeds, numQuestions: 60, trials: 1500, numResamples: 200 };
      const random = Random.fromSeed(1);
      const shares = measureSeedCoverage(world, { ...sizes, isResampled: false, random });
      return [shares.overSeeds, shares.ofTheseRuns].map((share) => share.toFixed(2)).join(", ");
    });
    console.log(`| ${world.name} | ${cells.join(" | ")} |`);
  }
}
