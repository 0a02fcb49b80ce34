import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  agrestiCoullInterval,
  bonettPriceInterval,
  bootstrapDifference,
  bootstrapMean,
  drawResamples,
  expandedTail,
  MIN_DIFFERING_QUESTIONS,
  numDiffering,
  studentQuantile,
} from "../../lib/evaluation/mod.ts";

const resamples = drawResamples(300, { random: Random.fromSeed(1), numResamples: 500 });
const bounds = { low: 0, high: 1 };

/** Values of 300 questions of which `wrong` are 0 and the others 1. */
const values = (wrong: number) => Array.from({ length: 300 }, (_, q) => q < wrong ? 0 : 1);

Deno.test("numDiffering() counts what is not the most common value", () => {
  assertEquals(numDiffering([1, 1, 0, 2 / 3, 1]), 2);
  assertEquals(numDiffering([0.1 + 0.2, 0.3, 0]), 1); // equal up to rounding
  assertEquals([numDiffering([5]), numDiffering([])], [0, 0]);
});

Deno.test("agrestiCoullInterval() by hand", () => {
  // 8 right and 2 wrong, with 2 imagined of each (z = 2): 10 of 14, ± 2·√(10/14·4/14/14)
  const reach = 2 * Math.sqrt(40 / 14 ** 3);
  const shares = agrestiCoullInterval([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], bounds, 2);
  assertAlmostEquals(shares.low, 10 / 14 - reach, 1e-12);
  assertAlmostEquals(shares.high, 10 / 14 + reach, 1e-12);
  // The same in other units.
  const points = agrestiCoullInterval([9, 9, 9, 9, 9, 9, 9, 9, 5, 5], { low: 5, high: 9 }, 2);
  assertAlmostEquals(points.low, 5 + 4 * shares.low, 1e-12);
});

Deno.test("agrestiCoullInterval() counts a question of agents that err apart as several", () => {
  // Mean ½. Single answers would have 4·¼ = 1 of squares, these have 4·(¼)² = ¼:
  // 4·(1 + ½)/(¼ + ½) = 8 questions; 4 more are imagined: ½ ± 2·√(¼/12)
  const { low, high } = agrestiCoullInterval([0.25, 0.25, 0.75, 0.75], bounds, 2);
  assertAlmostEquals(low, 0.5 - 1 / Math.sqrt(12), 1e-12);
  assertAlmostEquals(high, 0.5 + 1 / Math.sqrt(12), 1e-12);
});

Deno.test("bonettPriceInterval() by hand", () => {
  // One of 8 rose; with one imagined rise and fall: mean 1/10, mean square 3/10
  const rises = bonettPriceInterval([1, 0, 0, 0, 0, 0, 0, 0], { low: -1, high: 1 }, 2);
  assertAlmostEquals(rises.low, 0.1 - 2 * Math.sqrt(0.29 / 10), 1e-12);
  assertAlmostEquals(rises.high, 0.1 + 2 * Math.sqrt(0.29 / 10), 1e-12);
});

Deno.test("bootstrapMean() of questions that are all right or all wrong has a width, and says why", () => {
  const all = bootstrapMean(values(0), resamples, { bounds })!;
  assertEquals([all.estimate, all.high, all.few], [1, 1, true]);
  // z² = 3.84: (300 + 1.92)/303.84 = 0.9937, ± 1.96·√(0.9937·0.0063/303.84) = 0.0089
  assertAlmostEquals(all.low, 0.9848, 1e-4);
  const none = bootstrapMean(values(300), resamples, { bounds })!;
  assertEquals([none.estimate, none.low], [0, 0]);
  assertAlmostEquals(none.high, 1 - all.low, 1e-12);
});

Deno.test("bootstrapMean() resamples from 15 differing questions on", () => {
  const few = [MIN_DIFFERING_QUESTIONS - 1, MIN_DIFFERING_QUESTIONS].map((wrong) =>
    bootstrapMean(values(wrong), resamples, { bounds })!
  );
  assertEquals(few.map((interval) => interval.few), [true, undefined]);
  for (const { estimate, low, high } of few) {
    assert(low < estimate - 0.005 && high > estimate + 0.005);
  }
  // Without bounds there is nothing to imagine: the interval stays and only says so.
  assertEquals(bootstrapMean(values(0), resamples), { estimate: 1, low: 1, high: 1, few: true });
});

Deno.test("bootstrapDifference() of systems that differ nowhere has a width", () => {
  const { estimate, low, high, few } = bootstrapDifference(values(9), values(9), {
    resamples,
    bounds,
  })!;
  assertEquals([estimate, few], [0, true]);
  // One imagined rise and one fall (0.96 of each): √(1.92/301.92)/√301.92·1.96 = 0.0090
  assertAlmostEquals(high, 0.009, 1e-4);
  assertAlmostEquals(low, -high, 1e-12);
});

Deno.test("bootstrapMean() refuses values outside the bounds", () => {
  assertThrows(
    () => bootstrapMean(values(1).map((value) => 2 * value), resamples, { bounds }),
    RangeError,
    "finite numbers in [0, 1]: question 1 has 2",
  );
});

Deno.test("studentQuantile() matches tables", () => {
  // Quantiles 0.975 and 0.75 of tables of Student's distribution
  const table = [[1, 12.706, 1], [2, 4.3027, 0.8165], [4, 2.7764, 0.7407], [19, 2.093, 0.6876]];
  for (const [degrees, far, near] of table as [number, number, number][]) {
    assertAlmostEquals(studentQuantile(0.975, degrees), far, 1e-3);
    assertAlmostEquals(studentQuantile(0.75, degrees), near, 1e-4);
  }
});

Deno.test("expandedTail() makes up for what resampling few questions leaves out", () => {
  // Φ(−√(20/19)·2.0930) = Φ(−2.1474) = 0.0159
  assertAlmostEquals(expandedTail(0.95, 20), 0.0159, 1e-4);
  assertAlmostEquals(expandedTail(0.95, 1e6), 0.025, 1e-5);
});
