import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/mod.ts";
import {
  bootstrapDifference,
  bootstrapMean,
  drawResamples,
  MIN_RESAMPLES,
  questionKey,
} from "../../lib/evaluation/mod.ts";

const random = Random.fromSeed(11);

Deno.test("drawResamples() is a function of its arguments and leaves the stream alone", () => {
  const draw = (seed: number) =>
    drawResamples(5, { random: Random.fromSeed(seed), numResamples: 100 });
  assertEquals(draw(1), draw(1));
  assertNotEquals(draw(1).indices, draw(2).indices);
  assertEquals(draw(1).indices.length, 500);
  assert(draw(1).indices.every((index) => index < 5));
  const before = random.state();
  drawResamples(5, { random });
  assertEquals(random.state(), before);
});

Deno.test("bootstrapMean() on resamples written by hand", () => {
  // Means of the five resamples of values [0, 1]: 0, ½, ½, 1, 1, in the middle of their shares at .1, .4
  // and .8. At level 0.5 Student's quantile of two questions is tan(π/4) = 1 and the tails are
  // Φ(∓√2) = .0786 and .9214: beyond the outermost, 0 and 1.
  const indices = Uint32Array.from([0, 0, 0, 1, 1, 0, 1, 1, 1, 1]);
  const resamples = { numQuestions: 2, numResamples: 5, indices };
  const { estimate, low, high, few } = bootstrapMean([0, 1], resamples, { level: .5 })!;
  assertEquals([estimate, low, high, few], [.5, 0, 1, true]);
  // level 0.2: tan(π/10) = .3249, tail Φ(−.4595) = .3229: (.3229 − .1) / .3 of the way from 0 to ½
  assertAlmostEquals(bootstrapMean([0, 1], resamples, { level: .2 })!.low, .3715, 1e-4);
  // The first question does not count: resamples (0,0) have no mean, all others are 1.
  const one = { estimate: 1, low: 1, high: 1, few: true as const };
  assertEquals(bootstrapMean([null, 1], resamples), one);
  assertEquals(bootstrapMean([null, null], resamples), null);
});

Deno.test("drawResamples() takes questions of the same content together, and draws as of so many clusters", () => {
  const keys = [questionKey("a", "x"), questionKey("b", "y"), `seed 1 ${questionKey("c", "x")}`, 7];
  const { numQuestions, clusterQ, indices } = drawResamples(keys, { random, numResamples: 100 });
  assertEquals([numQuestions, [...clusterQ!], indices.length], [4, [0, 1, 0, 2], 300]);
  assertEquals(indices, drawResamples(3, { random, numResamples: 100 }).indices);
  // Where all differ, keys are as good as their number.
  assertEquals(drawResamples(["a", "b", 7], { random }), drawResamples(3, { random }));
});

Deno.test("bootstrapMean() on resamples of clusters written by hand", () => {
  // Questions 0 and 2 ask the same: clusters have sums 0 + 1 and 1 of 2 and 1 questions. Resamples (0,0), (0,1),
  // (1,0), (1,1) have 2/4, 2/3, 2/3 and 2/2, in the middle of their shares at .125, .5 and .875.
  const resamples = {
    numQuestions: 3,
    numResamples: 4,
    clusterQ: Uint32Array.from([0, 1, 0]),
    indices: Uint32Array.from([0, 0, 0, 1, 1, 0, 1, 1]),
  };
  const { estimate, low, high } = bootstrapMean([0, 1, 1], resamples, { level: .5 })!;
  // As above, tails of .0786 and .9214 lie beyond the outermost.
  assertEquals([estimate, low, high], [2 / 3, .5, 1]);
  // A question that does not count leaves its cluster with the other one: sums 1 and 1 of 1 each.
  assertEquals(bootstrapMean([null, 1, 1], resamples)!.low, 1);
});

Deno.test("an interval is as wide as of the texts that there are, however often each was asked", () => {
  const values = Array.from({ length: 100 }, (_, q) => q < 60 ? 1 : 0);
  const once = bootstrapMean(values, drawResamples(100, { random }))!;
  const keys = Array.from({ length: 500 }, (_, i) => questionKey(`${i}`, `${i % 100}`));
  const fiveTimes = Array.from({ length: 5 }, () => values).flat();
  const { estimate, low, high } = bootstrapMean(fiveTimes, drawResamples(keys, { random }))!;
  assertAlmostEquals(estimate, once.estimate, 1e-12);
  assertAlmostEquals(low, once.low, 1e-12);
  assertAlmostEquals(high, once.high, 1e-12);
});

Deno.test("bootstrapMean() has the width of the normal interval for many questions", () => {
  // 400 questions, 60 % right: standard error √(.6·.4/400) = .02449, half width 1.96·.02449 = .048
  const values = Array.from({ length: 400 }, (_, q) => q < 240 ? 1 : 0);
  const resamples = drawResamples(400, { random, numResamples: 8000 });
  const { estimate, low, high } = bootstrapMean(values, resamples)!;
  assertAlmostEquals(estimate, .6, 1e-12);
  assertAlmostEquals(low, .6 - .048, .004);
  assertAlmostEquals(high, .6 + .048, .004);
});

Deno.test("bootstrapMean() covers the truth about as often as it says", () => {
  const draws = Random.fromSeed(5);
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const values = Array.from({ length: 60 }, () => draws.uniform() < .3 ? 1 : 0);
    const resamples = drawResamples(60, { random: draws.split(trial), numResamples: 300 });
    const { low, high } = bootstrapMean(values, resamples)!;
    covered += low <= .3 && .3 <= high ? 1 : 0;
  }
  // 95 % of 200 is 190, standard deviation 3.1; small samples cover a little less
  assert(covered >= 175 && covered <= 199, `${covered} of 200`);
});

Deno.test("bootstrapMean() contains its estimate, shifts with the values and narrows with the level", () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(fc.property(values, (valuesQ) => {
    const resamples = drawResamples(valuesQ.length, { random, numResamples: 400 });
    const { estimate, low, high } = bootstrapMean(valuesQ, resamples)!;
    assert(low <= estimate + 1e-9 && estimate <= high + 1e-9);
    assert(low >= Math.min(...valuesQ) - 1e-9 && high <= Math.max(...valuesQ) + 1e-9);
    const moved = bootstrapMean(valuesQ.map((x) => x + 3), resamples)!;
    assertAlmostEquals(moved.low, low + 3, 1e-9);
    assertAlmostEquals(moved.high, high + 3, 1e-9);
    const narrow = bootstrapMean(valuesQ, resamples, { level: .5 })!;
    assert(narrow.low >= low - 1e-12 && narrow.high <= high + 1e-12);
  }));
  assertEquals(bootstrapMean([.25], drawResamples(1, { random })), {
    estimate: .25,
    low: .25,
    high: .25,
    few: true,
  });
});

Deno.test("bootstrapDifference() pairs questions: a constant gain has no width", () => {
  const before = Array.from({ length: 50 }, (_, q) => (q % 5) / 10);
  const after = before.map((value) => value + .25);
  const resamples = drawResamples(50, { random });
  const { estimate, low, high } = bootstrapDifference(after, before, { resamples })!;
  for (const value of [estimate, low, high]) assertAlmostEquals(value, .25, 1e-12);
  const back = bootstrapDifference(before, after, { resamples })!;
  assertAlmostEquals(back.estimate, -estimate, 1e-12);
  // A question that counts once only does not count.
  const partly = bootstrapDifference([null, ...after.slice(1)], before, { resamples })!;
  assertAlmostEquals(partly.estimate, .25, 1e-12);
});

Deno.test("bootstrapMean() refuses what it cannot average", () => {
  const resamples = drawResamples(2, { random, numResamples: 100 });
  assertThrows(() => drawResamples(0, { random }), RangeError, "numQuestions must");
  for (const numResamples of [0, 1, 99, 100.5, NaN]) {
    assertThrows(
      () => drawResamples(2, { random, numResamples }),
      RangeError,
      "numResamples must be an integer of at least 100",
    );
  }
  assertThrows(() => bootstrapMean([1], resamples), RangeError, "resamples of 2 questions");
  assertThrows(() => bootstrapMean([1, NaN], resamples), RangeError, "question 1 has NaN");
  for (const level of [0, 1, NaN]) {
    assertThrows(() => bootstrapMean([1, 0], resamples, { level }), RangeError, "level must be");
  }
  assertThrows(() => bootstrapDifference([1], [1, 0], { resamples }), RangeError, "1 and 2");
  for (const [low, high] of [[1, 1], [1, 0], [0, Infinity], [-Infinity, 1], [NaN, 1]] as const) {
    const bounds = { low, high };
    assertThrows(() => bootstrapMean([1, 1], resamples, { bounds }), RangeError, "bounds must be");
    assertThrows(
      () => bootstrapDifference([1, 1], [1, 1], { bounds, resamples }),
      RangeError,
      "bounds must be",
    );
  }
});

Deno.test("bootstrapMean() contains its estimate with the fewest resamples, of skewed values too", () => {
  for (let seed = 0; seed < 200; seed++) {
    const draws = Random.fromSeed(seed);
    const values = Array.from({ length: 30 }, () => draws.uniform() ** 20);
    const resamples = drawResamples(30, { random: draws, numResamples: MIN_RESAMPLES });
    const { estimate, low, high } = bootstrapMean(values, resamples)!;
    assert(low < estimate && estimate < high, `seed ${seed}: ${estimate} in [${low}, ${high}]`);
  }
});
