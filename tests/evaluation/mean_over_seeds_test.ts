import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  bootstrapDifference,
  bootstrapMean,
  differenceOverSeeds,
  drawResamples,
  intervalOverSeeds,
  meanOverSeeds,
  type SeedValues,
} from "../../lib/evaluation/mod.ts";

const random = Random.fromSeed(5);
const OPTIONS = { random, bounds: { low: 0, high: 1 } };

/** Values of questions called q0, q1 … by seed. */
function valuesOf(valuesSQ: readonly (readonly (number | null)[])[]): SeedValues {
  return new Map(valuesSQ.map((valuesQ, seed) => [
    seed,
    new Map(valuesQ.map((value, q) => [`q${q}`, value])),
  ]));
}

/** So many questions, of which every third or every fifth is right. */
const every = (step: number, count = 60) =>
  Array.from({ length: count }, (_, q) => q % step === 0 ? 1 : 0);

Deno.test("meanOverSeeds() of one seed is the bootstrap over its questions", () => {
  const interval = meanOverSeeds(valuesOf([every(3)]), OPTIONS)!;
  assertEquals(interval, bootstrapMean(every(3), drawResamples(60, OPTIONS), OPTIONS));
  assertAlmostEquals(interval.estimate, 20 / 60, 1e-12);
});

Deno.test("meanOverSeeds() counts questions alike and widens by how far seeds are apart", () => {
  const valuesSQ = [every(3), every(5), every(2, 30)];
  const interval = meanOverSeeds(valuesOf(valuesSQ), OPTIONS)!;
  // 20 of 60, 12 of 60, 15 of 30.
  assertAlmostEquals(interval.estimate, 47 / 150, 1e-12);
  const overQuestions = bootstrapMean(valuesSQ.flat(), drawResamples(150, OPTIONS), OPTIONS)!;
  const { low, high } = intervalOverSeeds([20 / 60, 12 / 60, 15 / 30], {
    ...OPTIONS,
    overQuestions,
    countsS: [60, 60, 30],
  })!;
  assertAlmostEquals(interval.low, low, 1e-12);
  assertAlmostEquals(interval.high, high, 1e-12);
});

Deno.test("meanOverSeeds() leaves out questions and seeds that do not count", () => {
  assertEquals(meanOverSeeds(new Map(), OPTIONS), null);
  assertEquals(meanOverSeeds(valuesOf([[null, null]]), OPTIONS), null);
  assertEquals(meanOverSeeds(valuesOf([[null, null], [1, null]]), OPTIONS)!.estimate, 1);
});

Deno.test("differenceOverSeeds() pairs by question, over the seeds that both have", () => {
  const [after, before] = [every(2), every(3)];
  // Half of 60 less a third of them.
  const interval = differenceOverSeeds(valuesOf([after]), valuesOf([before]), OPTIONS)!;
  assertEquals(
    interval,
    bootstrapDifference(after, before, { ...OPTIONS, resamples: drawResamples(60, OPTIONS) }),
  );
  assertAlmostEquals(interval.estimate, 30 / 60 - 20 / 60, 1e-12);
  // In another order the same pairs.
  const turned = new Map([[0, new Map([...valuesOf([before]).get(0)!].reverse())]]);
  assertEquals(differenceOverSeeds(valuesOf([after]), turned, OPTIONS), interval);
  // The second seed is in one alone.
  assertEquals(
    differenceOverSeeds(valuesOf([after, every(7)]), valuesOf([before]), OPTIONS),
    interval,
  );
  assertEquals(differenceOverSeeds(new Map(), valuesOf([before]), OPTIONS), null);
});

Deno.test("differenceOverSeeds() may lie on either side of zero, and widens by how far seeds are apart", () => {
  const [after, before] = [[every(60), every(2)], [every(2), every(2)]];
  const interval = differenceOverSeeds(valuesOf(after), valuesOf(before), OPTIONS)!;
  // Seed 0: 1/60 − 30/60, seed 1: 0.
  assertAlmostEquals(interval.estimate, -29 / 120, 1e-12);
  // Student with one degree of freedom reaches 12.7 times half of their distance: to both bounds.
  assertEquals([interval.low, interval.high], [-1, 1]);
});

Deno.test("differenceOverSeeds() refuses measurements of other questions", () => {
  const pair = (valuesQ: number[]) => () =>
    differenceOverSeeds(valuesOf([valuesQ]), valuesOf([[1, 0]]), OPTIONS);
  assertThrows(pair([1, 0, 1]), RangeError, "of seed 0 as both must cover the same questions: 3");
  assertThrows(pair([1]), RangeError, "1 and 2 questions");
});
