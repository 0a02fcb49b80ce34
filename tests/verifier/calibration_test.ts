import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NumericError, Random } from "../../lib/core/mod.ts";
import {
  calibrate,
  calibrationReport,
  fitCalibration,
  MIN_SCALE,
  NO_CALIBRATION,
} from "../../lib/verifier/calibration.ts";

/** Logits of a verifier that says `stretch`·z + `shift` where σ(z) would be the truth. */
function distorted(count: number, map: { stretch: number; shift: number; seed: number }) {
  const random = Random.fromSeed(map.seed);
  const truths = Array.from({ length: count }, () => 1.5 * random.normal());
  return {
    logits: truths.map((z) => map.stretch * z + map.shift),
    labels: truths.map((z) => random.uniform() < calibrate(z, NO_CALIBRATION)),
  };
}

Deno.test("fitCalibration() undoes a stretch and a shift", () => {
  // p = σ(z) and logit = 3z + 2, so z = logit/3 − 2/3
  const { logits, labels } = distorted(4000, { stretch: 3, shift: 2, seed: 1 });
  const platt = fitCalibration(logits, labels, { kind: "platt" });
  assertAlmostEquals(platt.scale, 1 / 3, .03);
  assertAlmostEquals(platt.bias, -2 / 3, .1);
  const straight = distorted(4000, { stretch: 3, shift: 0, seed: 2 });
  const temperature = fitCalibration(straight.logits, straight.labels, { kind: "temperature" });
  assertAlmostEquals(temperature.scale, 1 / 3, .03);
  assertEquals(temperature.bias, 0);
});

Deno.test("fitCalibration() improves held-out calibration and keeps the order of answers", () => {
  const fit = distorted(2000, { stretch: 4, shift: -1, seed: 3 });
  const held = distorted(2000, { stretch: 4, shift: -1, seed: 4 });
  const calibration = fitCalibration(fit.logits, fit.labels, { kind: "platt" });
  const { before, after } = calibrationReport(held.logits, held.labels, calibration);
  assert(before.ece > .1 && after.ece < .05, `${before.ece} → ${after.ece}`);
  assert(after.logLoss < before.logLoss && after.brier < before.brier);
  assertAlmostEquals(after.auroc!, before.auroc!, 1e-9);
});

Deno.test("fitCalibration() of two groups has a closed form", () => {
  // Logit 1: 6 of 8 right; logit −1: 2 of 8 right. By symmetry the bias is 0. With Platt's targets
  // 9/10 and 1/10 the group means are (6·.9 + 2·.1)/8 = .7 and .3: σ(scale) = .7.
  const logits = Array.from({ length: 16 }, (_, i) => i < 8 ? 1 : -1);
  const labels = logits.map((_, i) => i < 6 || (i >= 8 && i < 10));
  for (const kind of ["platt", "temperature"] as const) {
    const { scale, bias } = fitCalibration(logits, labels, { kind });
    assertAlmostEquals(scale, Math.log(.7 / .3), 1e-7);
    assertAlmostEquals(bias, 0, 1e-7);
  }
});

Deno.test("fitCalibration() stays finite for separable and monotone for inverted verifiers", () => {
  const logits = [-2, -1, 1, 2];
  const separable = fitCalibration(logits, [false, false, true, true], { kind: "platt" });
  assert(Number.isFinite(separable.scale) && separable.scale > 0);
  // targets ¾ and ¼ pull towards σ(scale·1.5) ≈ ¾
  assert(separable.scale < 2);
  const labels = [true, true, true, false, false];
  const inverted = [-2, -1, -1, 1, 2];
  assertEquals(fitCalibration(inverted, labels, { kind: "temperature" }), {
    scale: MIN_SCALE,
    bias: 0,
  });
  const platt = fitCalibration(inverted, labels, { kind: "platt" });
  assertEquals(platt.scale, MIN_SCALE);
  // All that is left to say is the base rate: targets (3·.8 + 2·.25)/5 = .58
  assertAlmostEquals(calibrate(0, platt), .58, 1e-3);
});

Deno.test("fitCalibration() is a minimum: no nearby calibration has a lower loss", () => {
  const verifier = fc.array(
    fc.record({ logit: fc.double({ min: -20, max: 20, noNaN: true }), label: fc.boolean() }),
    { minLength: 3, maxLength: 30 },
  );
  fc.assert(fc.property(verifier, (rows) => {
    const numRight = rows.filter((row) => row.label).length;
    fc.pre(numRight > 0 && numRight < rows.length);
    const logits = rows.map((row) => row.logit);
    const labels = rows.map((row) => row.label);
    const [right, wrong] = [(numRight + 1) / (numRight + 2), 1 / (rows.length - numRight + 2)];
    const loss = (scale: number, bias: number) =>
      rows.reduce((sum, { logit, label }) => {
        const z = scale * logit + bias;
        return sum + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) -
          (label ? right : wrong) * z;
      }, 0);
    const { scale, bias } = fitCalibration(logits, labels, { kind: "platt" });
    assert(scale >= MIN_SCALE);
    const best = loss(scale, bias);
    for (const [da, db] of [[1e-3, 0], [-1e-3, 0], [0, 1e-3], [0, -1e-3]] as const) {
      if (scale + da < MIN_SCALE) continue;
      assert(loss(scale + da, bias + db) >= best - 1e-7);
    }
  }));
});

Deno.test("calibrate() never falls as the logit rises and never leaves [0, 1]", () => {
  const logit = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(fc.property(logit, logit, (x, y) => {
    const [low, high] = [Math.min(x, y), Math.max(x, y)];
    const map = { scale: .5, bias: 1 };
    const [p, q] = [calibrate(low, map), calibrate(high, map)];
    assert(p >= 0 && p <= q && q <= 1);
  }));
  assertEquals(calibrate(0, NO_CALIBRATION), .5);
  assertEquals([calibrate(-1e308, NO_CALIBRATION), calibrate(1e308, NO_CALIBRATION)], [0, 1]);
});

Deno.test("fitCalibration() refuses one class, unequal columns and logits that are not finite", () => {
  const kind = "platt";
  assertThrows(
    () => fitCalibration([1, 2], [true, true], { kind }),
    RangeError,
    "2 right, 0 wrong",
  );
  assertThrows(() => fitCalibration([1], [true, false], { kind }), RangeError, "1 logits");
  assertThrows(() => fitCalibration([1, NaN], [true, false], { kind }), NumericError, "logit 1 is");
});
