import { assert } from "@std/assert";
import { COVERAGE_CASES, measureCoverage } from "../../bench/support/coverage.ts";
import { Random } from "../../lib/core/mod.ts";

/** What intervals of 95 % are to keep. */
const [LEAST, MOST] = [0.92, 0.97];
/** Up to this share of flagged intervals, a case is one of intervals that are not flagged. */
const MOST_FLAGGED = 0.01;
/** Evaluations by their number of questions; large ones take longer. */
const TRIALS = [[20, 4500], [50, 4500], [300, 600]] as const;

/** Three standard errors of a share near 0.95: 0.0098 of 4500 evaluations, 0.027 of 600. */
const noiseOf = (trials: number) => 3 * Math.sqrt(0.05 * 0.95 / trials);

for (const [size, trials] of TRIALS) {
  Deno.test(`intervals of ${size} questions hold the truth 92 to 97 times in 100, more often only where they may be flagged`, () => {
    const options = { trials, numResamples: 1000, random: Random.fromSeed(1) };
    let numUnflagged = 0;
    for (const world of COVERAGE_CASES) {
      const { covered, few } = measureCoverage(world, size, options);
      const text = `${world.name}: ${covered}, flagged ${few}`;
      assert(covered >= LEAST - noiseOf(trials), text);
      // Flags come by chance, with the outcome: of some of a case's intervals alone nothing is promised.
      if (few > MOST_FLAGGED) continue;
      numUnflagged++;
      assert(covered <= MOST + noiseOf(trials), text);
    }
    // With 20 questions, fewer than 10 differ from the most common value now and then in every case.
    assert(size === 20 ? numUnflagged === 0 : numUnflagged >= 5, `${numUnflagged} unflagged`);
  });
}
