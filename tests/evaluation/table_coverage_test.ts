/**
 * What tables over arms and seeds say, on simulated results whose truth is known: questions within seeds, agents
 * within questions.
 *
 * @module
 */
import { assert } from "@std/assert";
import {
  intervalsOf,
  measureSeedCoverage,
  TABLE_CASES,
} from "../../bench/support/seed_coverage.ts";
import { measureRepeatedCoverage } from "../../bench/support/repeated_coverage.ts";
import { Random } from "../../lib/core/mod.ts";
import {
  compareWays,
  drawResamples,
  holmAdjusted,
  type WayOfAnswering,
} from "../../lib/evaluation/mod.ts";

/** What intervals of 95 % are to keep. */
const [LEAST, MOST] = [0.92, 0.97];
/** Three standard errors of a share. */
const noiseOf = (share: number, trials: number) => 3 * Math.sqrt(share * (1 - share) / trials);

for (const numSeeds of [3, 5]) {
  Deno.test(`intervals of ${numSeeds} seeds hold the truth 92 to 97 times in 100, over seeds and over questions`, () => {
    const trials = 1000;
    const noise = noiseOf(0.95, trials);
    for (const world of TABLE_CASES) {
      const { overSeeds, ofTheseRuns } = measureSeedCoverage(world, {
        ...{ numSeeds, numQuestions: 60, trials, numResamples: 200, isResampled: false },
        random: Random.fromSeed(1),
      });
      for (const [kind, share] of Object.entries({ overSeeds, ofTheseRuns })) {
        const text = `${world.name}, ${kind}: ${share}`;
        assert(share >= LEAST - noise && share <= MOST + noise, text);
      }
    }
  });
}

Deno.test("intervals of seeds that ask the same few texts hold the truth as often, and not where texts are unknown", () => {
  const trials = 400;
  const noise = noiseOf(0.95, trials);
  const sizes = { numQuestions: 60, numTexts: 80, bound: 0.9 };
  for (const [numSeeds, ofSeeds] of [[1, 0], [5, 0], [5, 0.03]] as const) {
    const { known, unknown } = measureRepeatedCoverage({ ...sizes, numSeeds, ofSeeds }, {
      ...{ trials, numResamples: 200, random: Random.fromSeed(4) },
    });
    const text = `${numSeeds} seeds ± ${ofSeeds}: ${known}, ${unknown}`;
    assert(known >= LEAST - noise && known <= MOST + noise, text);
    assert(unknown < (numSeeds === 1 ? known : LEAST - noise), text);
  }
});

Deno.test("Holm's adjusted p-values find a difference in at most 5 of 100 tables without any, plain ones in more", () => {
  const [numArms, numSeeds, numQuestions, trials] = [6, 3, 40, 400];
  const random = Random.fromSeed(2);
  const resamples = drawResamples(numSeeds * numQuestions, { random, numResamples: 100 });
  const found = { plain: 0, adjusted: 0 };
  for (let trial = 0; trial < trials; trial++) {
    // Every arm is compared with the same first one, so that all differences depend on each other.
    const armsASQ = Array.from(
      { length: numArms + 1 },
      () =>
        Array.from({ length: numSeeds }, () => {
          const accuracy = 0.6 + 0.3 * (random.uniform() - 0.5);
          return Array.from({ length: numQuestions }, () => random.uniform() < accuracy ? 1 : 0);
        }),
    );
    const [first, ...others] = armsASQ;
    const pValues = others.map((arm) => {
      const differences = arm.map((values, s) => values.map((value, q) => value - first![s]![q]!));
      return intervalsOf(differences, { resamples, isDifference: true }).overSeeds.p!;
    });
    found.plain += pValues.some((p) => p < 0.05) ? 1 : 0;
    found.adjusted += holmAdjusted(pValues).some((p) => p < 0.05) ? 1 : 0;
  }
  const text = JSON.stringify(found);
  assert(found.adjusted / trials <= 0.05 + noiseOf(0.05, trials), text);
  assert(found.plain / trials > 0.08, text);
});

Deno.test("compareWays() says that trained discussions lie above the best baseline no more often than it may", () => {
  const [numSeeds, numQuestions, trials] = [3, 60, 400];
  const random = Random.fromSeed(3);
  const held = { inside: 0, above: 0, below: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const runs = Array.from({ length: numSeeds }, () => {
      const trained = 0.7 + 0.2 * (random.uniform() - 0.5);
      const way = (
        name: string,
        kind: WayOfAnswering["kind"],
        accuracy: number,
      ): WayOfAnswering => ({
        ...{ model: kind, way: name, kind, numAnswers: 1, cost: { tokens: 1, flops: 1 } },
        credits: new Map(
          Array.from({ length: numQuestions }, (_, q) => [q, random.uniform() < accuracy ? 1 : 0]),
        ),
      });
      // Four baselines that are equally good: the best of them is the luckiest.
      return [
        ...["a", "b", "c", "d"].map((name) => way(name, "baseline", 0.6)),
        way("e", "trained", trained),
      ];
    });
    const { ways } = compareWays(runs, { random, numResamples: 100 });
    const { low, high } = ways.at(-1)!.overSeeds.difference!;
    const where = low > 0.1 ? "above" : high < 0.1 ? "below" : "inside";
    held[where]++;
  }
  const text = JSON.stringify(held);
  // The baseline that is chosen on these very questions is favoured: most misses are on its side.
  assert(held.above / trials <= 0.025 + noiseOf(0.025, trials), text);
  assert(held.below > held.above, text);
});
