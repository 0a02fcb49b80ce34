import { assert } from "@std/assert";
import { COVERAGE_CASES, measureCoverage } from "../../bench/support/coverage.ts";
import { Random } from "../../lib/core/mod.ts";

/** What intervals of 95 % are to keep. */
const [LEAST, MOST] = [0.92, 0.97];
/** Up to this share of flagged intervals, a case counts as one that is resampled. */
const MOST_FLAGGED = 0.5;
/** Evaluations by their number of questions; large ones take longer. */
const TRIALS = [[20, 4500], [50, 4500], [100, 2000], [300, 600]] as const;
/** Least number of cases that are resampled, so that flags alone do not pass. */
const LEAST_RESAMPLED: Readonly<Record<number, number>> = { 50: 8, 100: 11, 300: 16 };

/** Three standard errors of a share near 0.95: 0.0098 of 4500 evaluations, 0.027 of 600. */
const noiseOf = (trials: number) => 3 * Math.sqrt(0.05 * 0.95 / trials);

for (const [size, trials] of TRIALS) {
  Deno.test(`intervals of ${size} questions hold the truth 92 to 97 times in 100, more often only where most are flagged`, () => {
    const options = { trials, numResamples: 1000, random: Random.fromSeed(1) };
    let numResampled = 0;
    for (const world of COVERAGE_CASES) {
      const { covered, few } = measureCoverage(world, size, options);
      const text = `${world.name}: ${covered}, flagged ${few}`;
      assert(covered >= LEAST - noiseOf(trials), text);
      if (few > MOST_FLAGGED) continue;
      numResampled++;
      assert(covered <= MOST + noiseOf(trials), text);
    }
    // Of 20 questions, fewer than 15 differ from the most common value in every case.
    const least = LEAST_RESAMPLED[size];
    const isEnough = least === undefined ? numResampled === 0 : numResampled >= least;
    assert(isEnough, `${numResampled} resampled`);
  });
}
