import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import {
  bonettPricePValue,
  bootstrapDifference,
  bootstrapMean,
  bootstrapPValue,
  drawResamples,
  expandedPValue,
  expandedTail,
  type Interval,
  intervalOverSeeds,
  midShare,
  studentPValue,
  studentTail,
} from "../../lib/evaluation/mod.ts";

Deno.test("studentTail() by hand", () => {
  // Of 1 degree 1/2 - atan(t)/π; of 2 (1 - t/√(2 + t²))/2.
  assertAlmostEquals(studentTail(1, 1), 0.25, 1e-12);
  assertAlmostEquals(studentTail(Math.SQRT2, 2), (1 - Math.SQRT1_2) / 2, 1e-12);
  // Of 3 at √3 the angle is π/4: inside lie (2/π)·(π/4 + 1/2) = 1/2 + 1/π.
  assertAlmostEquals(studentTail(Math.sqrt(3), 3), (1 / 2 - 1 / Math.PI) / 2, 1e-12);
  // Of 4 at 2 it is π/4 too: √½·(1 + ½·½) = 0.883883.
  assertAlmostEquals(studentTail(2, 4), (1 - 1.25 * Math.SQRT1_2) / 2, 1e-12);
  assertEquals([studentTail(0, 5), studentTail(Infinity, 4), studentTail(Infinity, 5)], [
    0.5,
    0,
    0,
  ]);
});

Deno.test("midShare() turns midQuantile() round", () => {
  // Of 1, 2, 2, 3 the middles are 1/8, 4/8, 7/8; half-way from 1 to 2 lies 5/16.
  const shares = [0.9, 1, 1.5, 2, 3, 3.1].map((value) =>
    midShare(Float64Array.of(1, 2, 2, 3), value)
  );
  assertEquals(shares, [0, 1 / 8, 5 / 16, 4 / 8, 7 / 8, 1]);
});

Deno.test("studentPValue() is twice the tail, and 1 of no difference", () => {
  assertAlmostEquals(studentPValue(-3, 3, 1), 0.5, 1e-12);
  assertEquals([studentPValue(0, 0, 2), studentPValue(0.1, 0, 2)], [1, 0]);
});

Deno.test("expandedPValue() turns expandedTail() round", () => {
  for (const [p, count] of [[0.05, 20], [0.3, 2], [0.001, 300]] as const) {
    assertAlmostEquals(expandedPValue(expandedTail(1 - p, count), count), p, 1e-9);
  }
});

Deno.test("bootstrapPValue() by hand", () => {
  // The middles of -1 and 1 are 0.1 and 0.6, so 0 stands at 0.35: z = 0.38532, times √½ t = 0.27246 of one
  // degree, outside of which lie 1 - 2·atan(t)/π = 0.83066.
  const around = Float64Array.of(-1, 1, 1, 1, 1);
  assertAlmostEquals(bootstrapPValue(around, [-1, 1]), 0.83066, 1e-5);
  // The other way round it is the same.
  assertAlmostEquals(bootstrapPValue(around.map((x) => -x).sort(), [1, -1]), 0.83066, 1e-5);
  // No resample reaches 0. Half of one of four is 0.125: z = 1.15035, t = 0.81342, p = 0.5653. Student's t of 1
  // and 2 is 1.5 / 0.5: p = 1 - 2·atan(3)/π = 0.20483, which is less.
  const above = Float64Array.of(1, 1.5, 1.5, 2);
  assertAlmostEquals(bootstrapPValue(above, [1, 2]), 0.20483, 1e-5);
  // Of 0 and 4 it is 2 / 2: p = 0.5, less than 0.5653 as well; of -1 and 3 it is 1 / 2: 0.7048, more.
  assertAlmostEquals(bootstrapPValue(above, [0, 4]), 0.5, 1e-9);
  assertAlmostEquals(bootstrapPValue(above, [-1, 3]), 0.5653, 1e-4);
});

Deno.test("bonettPricePValue() by hand", () => {
  // One of 8 rose. With w = z² its interval ends at 0 where 1 + w/(8 + w/2) = w·(1 + w/2): w = 0.7853,
  // z = 0.8862, p = 0.3755.
  const bounds = { low: -1, high: 1 };
  assertAlmostEquals(bonettPricePValue([0, 0, 1, 0, 0, 0, 0, 0], bounds), 0.3755, 2e-4);
  assertAlmostEquals(bonettPricePValue([0, 0, -1, 0, 0, 0, 0, 0], bounds), 0.3755, 2e-4);
  assertEquals(bonettPricePValue([0, 1, -1], bounds), 1);
});

const leavesOutZero = ({ low, high }: Interval) => low > 0 || high < 0;
const bounds = { low: 0, high: 1 };

Deno.test("p-values of differences are below 0.05 where the interval leaves out zero, and nowhere else", () => {
  const draws = Random.fromSeed(3);
  const found = new Map<string, number>();
  for (let trial = 0; trial < 150; trial++) {
    const seeds = [0, 1, 2].map((seed) => {
      const gain = 0.05 + 0.4 * draws.uniform();
      const numQuestions = 5 * (1 + trial % 10);
      const before = Array.from({ length: numQuestions }, () => draws.uniform() < 0.4 ? 1 : 0);
      const loss = 0.1 + 0.1 * draws.uniform();
      const after = before.map((right) => {
        const draw = draws.uniform();
        return draw < loss ? 0 : draw < loss + gain ? 1 : right;
      });
      return { seed, before, after };
    });
    const [before, after] = [seeds.flatMap((s) => s.before), seeds.flatMap((s) => s.after)];
    const resamples = drawResamples(before.length, {
      random: draws.split(trial),
      numResamples: 200,
    });
    const overQuestions = bootstrapDifference(after, before, { resamples, bounds })!;
    const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const overSeeds = intervalOverSeeds(
      seeds.map((one) => meanOf(one.after) - meanOf(one.before)),
      { overQuestions, bounds: { low: -1, high: 1 } },
    )!;
    for (const [name, interval] of Object.entries({ overQuestions, overSeeds })) {
      assertEquals(interval.p! < 0.05, leavesOutZero(interval), `${name} ${trial}`);
      const kind = `${name}${name === "overQuestions" && interval.few ? ", few" : ""}: ${
        interval.p! < 0.05
      }`;
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
    // And so at every level that resampling can tell.
    const { p } = overQuestions;
    if (p! < 0.02) continue;
    const at = (level: number) => bootstrapDifference(after, before, { resamples, bounds, level })!;
    if (p! < 0.98) assert(!leavesOutZero(at(1 - p! + 0.002)), `${trial}`);
    if (p! < 0.98) assert(leavesOutZero(at(1 - p! - 0.002)), `${trial}`);
  }
  // All of it occurred.
  assertEquals(found.size, 6, JSON.stringify([...found]));
});

Deno.test("only differences have p-values, and of few questions those with bounds", () => {
  const values = [0, 1, 1, 1];
  const resamples = drawResamples(4, { random: Random.fromSeed(1) });
  assertEquals(bootstrapMean(values, resamples, { bounds })!.p, undefined);
  assertEquals(bootstrapDifference(values, [0, 0, 0, 0], { resamples })!.p, undefined);
  const { p } = bootstrapDifference(values, [0, 0, 0, 0], { resamples, bounds })!;
  assert(p! > 0 && p! < 1);
  assertEquals(bootstrapDifference(values, values, { resamples, bounds })!.p, 1);
});

Deno.test("intervalOverSeeds() takes the larger of Student's p-value and that over questions", () => {
  // Gains of 0.2, 0.3, 0.4: standard error 0.1 / √3, t = 0.3·√3 / 0.1 = 5.19615; of 2 degrees the tail is
  // (1 - t/√(2 + t²))/2 = 0.017550, twice that is 0.035099.
  const overQuestions = { estimate: 0.3, low: 0.2, high: 0.4 };
  const pOf = (p: number) =>
    intervalOverSeeds([0.2, 0.3, 0.4], { overQuestions: { ...overQuestions, p } })!.p!;
  assertAlmostEquals(pOf(0.001), 0.035099, 1e-6);
  assertEquals(pOf(0.04), 0.04);
  assertEquals(intervalOverSeeds([0.2, 0.3, 0.4], { overQuestions })!.p, undefined);
});
