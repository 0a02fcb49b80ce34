import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NumericError } from "../../lib/core/mod.ts";
import { auroc } from "../../lib/verifier/auroc.ts";
import { verifierMetrics } from "../../lib/verifier/metrics.ts";
import { expectedCalibrationError, reliabilityBins } from "../../lib/verifier/reliability.ts";

// A coarse grid, so that ties occur.
const answers = fc.array(
  fc.record({ score: fc.nat(8).map((k) => k / 8), label: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);
const columns = (rows: { score: number; label: boolean }[]) =>
  [rows.map((row) => row.score), rows.map((row) => row.label)] as const;

Deno.test("verifierMetrics() on four answers worked by hand", () => {
  const metrics = verifierMetrics([.9, .6, .6, .2], [true, true, false, false]);
  assertEquals([metrics.count, metrics.rightShare, metrics.accuracy], [4, .5, .75]);
  // pairs (right, wrong): .9>.6, .9>.2, .6=.6 (½), .6>.2: 3.5/4
  assertEquals(metrics.auroc, .875);
  // (.01 + .16 + .36 + .04)/4
  assertAlmostEquals(metrics.brier, .1425, 1e-12);
  // bins .2 (0 right), .6 (½ right), .9 (1 right): (1·.2 + 2·.1 + 1·.1)/4
  assertAlmostEquals(metrics.ece, .125, 1e-12);
  const loss = -(Math.log(.9) + Math.log(.6) + Math.log(.4) + Math.log(.8)) / 4;
  assertAlmostEquals(metrics.logLoss, loss, 1e-12);
});

Deno.test("verifierMetrics() counts a score of exactly 0.5 as wrong, and bounds the log loss", () => {
  assertEquals(verifierMetrics([.5], [true]).accuracy, 0);
  assertEquals(verifierMetrics([.5], [false]).accuracy, 1);
  assertAlmostEquals(verifierMetrics([0], [true]).logLoss, -Math.log(1e-7), 1e-9);
  assertAlmostEquals(verifierMetrics([1, 0], [true, false]).logLoss, 0, 1e-6);
});

Deno.test("auroc() equals the count over all pairs", () => {
  fc.assert(fc.property(answers, (rows) => {
    const right = rows.filter((row) => row.label);
    const wrong = rows.filter((row) => !row.label);
    const wins = right.flatMap((r) =>
      wrong.map((w) => r.score > w.score ? 1 : r.score === w.score ? .5 : 0)
    );
    const expected = wins.length === 0
      ? null
      : wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
    const actual = auroc(...columns(rows));
    if (expected === null || actual === null) assertEquals(actual, expected);
    else assertAlmostEquals(actual, expected, 1e-12);
  }));
});

Deno.test("auroc() turns around with the labels and ignores monotone changes of the scores", () => {
  fc.assert(fc.property(answers, (rows) => {
    const [scores, labels] = columns(rows);
    const value = auroc(scores, labels);
    assertEquals(auroc(scores.map((s) => s ** 3 * 7 - 2), labels), value);
    if (value === null) return;
    assertAlmostEquals(auroc(scores, labels.map((label) => !label))!, 1 - value, 1e-12);
  }));
  assertEquals(auroc([.1, .2], [true, true]), null);
  assertEquals(auroc([], []), null);
});

Deno.test("reliabilityBins() covers [0, 1] with closed ends and finds every answer once", () => {
  const bins = reliabilityBins([0, .25, .5, 1], [true, true, false, true], 2);
  assertEquals(bins, [
    { low: 0, high: .5, count: 2, meanScore: .125, accuracy: 1 },
    { low: .5, high: 1, count: 2, meanScore: .75, accuracy: .5 },
  ]);
  // (2·.875 + 2·.25)/4
  assertEquals(expectedCalibrationError(bins), .5625);
  fc.assert(fc.property(answers, fc.integer({ min: 1, max: 12 }), (rows, numBins) => {
    const some = reliabilityBins(...columns(rows), numBins);
    assertEquals(some.length, numBins);
    assertEquals(some.reduce((sum, bin) => sum + bin.count, 0), rows.length);
    for (const bin of some) assertEquals(bin.accuracy === null, bin.count === 0);
    const ece = expectedCalibrationError(some);
    assertEquals(ece >= 0 && ece <= 1, true);
  }));
  assertEquals(expectedCalibrationError(reliabilityBins([], [])), 0);
});

Deno.test("verifierMetrics() of one bin is the gap between base rate and mean score", () => {
  fc.assert(fc.property(answers, (rows) => {
    const [scores, labels] = columns(rows);
    const { ece, rightShare } = verifierMetrics(scores, labels, { numBins: 1 });
    const mean = scores.reduce((x, y) => x + y) / scores.length;
    assertAlmostEquals(ece, Math.abs(rightShare - mean), 1e-12);
  }));
});

Deno.test("verifierMetrics() refuses scores that are no probabilities, and empty or unequal columns", () => {
  for (const score of [NaN, -.1, 1.1, Infinity]) {
    assertThrows(() => verifierMetrics([.5, score], [true, true]), NumericError, "score 1 is");
    assertThrows(() => reliabilityBins([score], [true]), RangeError, "entry 0 is");
  }
  assertThrows(() => verifierMetrics([], []), RangeError, "0 scores, 0 labels");
  assertThrows(() => verifierMetrics([.5], []), RangeError, "1 scores, 0 labels");
  assertThrows(() => auroc([.5], []), RangeError, "there are 0");
  assertThrows(() => reliabilityBins([.5], []), RangeError, "there are 0");
  assertThrows(() => reliabilityBins([], [], 0), RangeError, "numBins must");
});
