import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NumericError } from "../../lib/core/mod.ts";
import { klOfRows } from "../../lib/rl/kl_of_rows.ts";
import type { KlEstimator } from "../../lib/rl/kl.ts";
import { gae } from "../../lib/rl/gae.ts";
import {
  type PpoTargetOptions,
  ppoTargets as targetsOfDivergence,
  type PpoTargetsOfRow,
} from "../../lib/rl/ppo_targets.ts";
import { maskedMoments } from "../../lib/rl/whiten.ts";

/** Targets from log-probabilities, as an update computes them. */
interface PpoTargetRow {
  oldLogProbs: number[];
  refLogProbs: number[];
  values: number[];
  score: number;
}

function ppoTargets(
  rows: readonly PpoTargetRow[],
  { klEstimator = "k1", ...options }: PpoTargetOptions & { klEstimator?: KlEstimator },
): (PpoTargetsOfRow & { kl: Float64Array })[] {
  const kl = klOfRows(rows, klEstimator);
  return targetsOfDivergence(rows.map((row, i) => ({ ...row, kl: kl[i]! })), options)
    .map((target, i) => ({ ...target, kl: kl[i]! }));
}

// By hand from the formulas of MAPoRL §3.2: R = 6, last kept indices L = [3, 5], so 4 and 6 tokens.
const GOLDEN: PpoTargetRow[] = [
  {
    oldLogProbs: [-1, -.5, -.2, -.1],
    refLogProbs: [-1.2, -.4, -.2, -.3],
    values: [.1, .2, .3, .4, .5],
    score: .8,
  },
  {
    oldLogProbs: [-.3, -.7, -.9, -.4, -.2, -.6],
    refLogProbs: [-.3, -.9, -.8, -.4, -.1, -.7],
    values: [0, .1, .2, .3, .4, .5],
    score: -10,
  },
];
const OFFICIAL: PpoTargetOptions = {
  klCoef: .002,
  gamma: 1,
  gaeLambda: .95,
  compat: "official",
  maxNewTokens: 6,
};

// 6 decimals; a little more than half a unit, as one golden number lies exactly between two.
function assertClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = 5.1e-7) {
  assertEquals(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(actual[i]!, value, tolerance, `entry ${i}`);
  }
}

Deno.test("ppoTargets() gives the golden numbers in official mode", () => {
  const [first, second] = ppoTargets(GOLDEN, OFFICIAL);
  // Row 1 has room behind it: five entries, the score in the fifth; row 2 has none.
  assertClose(first!.tokenRewards, [-.0004, .0002, 0, -.0004, .8]);
  assertClose(second!.tokenRewards, [0, -.0004, .0002, 0, .0002, -10.0002]);
  assertClose(first!.rawAdvantages, [.614786, .542301, .46537, .3846, .3]);
  assertClose(
    second!.rawAdvantages,
    [-7.672453, -8.18153, -8.716978, -9.281241, -9.87499, -10.5002],
  );
  assertClose(first!.returns, [.714786, .742301, .76537, .7846, .8]);
  assertClose(second!.returns, [-7.672453, -8.08153, -8.516978, -8.981241, -9.47499, -10.0002]);
  const tokens = [...first!.rawAdvantages.subarray(0, 4), ...second!.rawAdvantages];
  const { count, mean, variance } = maskedMoments(tokens);
  assertEquals(count, 10);
  assertAlmostEquals(mean, -5.222033, 5e-7);
  assertAlmostEquals(variance, 24.893438, 5e-7);
  assertClose(first!.advantages, [1.16986, 1.155332, 1.139913, 1.123724, 0]);
  assertClose(
    second!.advantages,
    [-.491132, -.593165, -.700484, -.813577, -.932581, -1.05789],
  );
});

Deno.test("ppoTargets() puts the score on the last token in paper mode", () => {
  const [first, second] = ppoTargets(GOLDEN, { klCoef: .002, whitenAdvantages: false });
  assertClose(first!.tokenRewards, [-.0004, .0002, 0, -.0004 + .8], 1e-12);
  // δ3 = .7996 − .4 = .3996; δ2 = 0 + .4 − .3 = .1, Â2 = .1 + .95·.3996 = .47962
  assertAlmostEquals(first!.rawAdvantages[3]!, .3996, 1e-12);
  assertAlmostEquals(first!.rawAdvantages[2]!, .47962, 1e-12);
  assertEquals(first!.advantages, first!.rawAdvantages);
  // A response that fills the room is the same in both modes.
  const official = ppoTargets(GOLDEN, { ...OFFICIAL, whitenAdvantages: false })[1]!;
  assertEquals(second, official);
});

Deno.test("ppoTargets() takes the value behind the response only where there is room", () => {
  assertThrows(
    () => ppoTargets([{ ...GOLDEN[0]!, values: [.1, .2, .3, .4] }], OFFICIAL),
    RangeError,
    "needs 5 values: it has 4",
  );
  const exact = ppoTargets([{ ...GOLDEN[0]!, values: [.1, .2, .3, .4] }], {
    ...OFFICIAL,
    maxNewTokens: 4,
  });
  assertEquals(exact[0]!.tokenRewards.length, 4);
});

const row = fc.integer({ min: 0, max: 6 }).chain((length) => {
  const numbers = (min: number, max: number) =>
    fc.array(fc.double({ min, max, noNaN: true }), { minLength: length, maxLength: length });
  return fc.record({
    oldLogProbs: numbers(-5, 0),
    refLogProbs: numbers(-5, 0),
    values: numbers(-1, 1),
    score: fc.double({ min: -10, max: 1, noNaN: true }),
  });
});
const rows = fc.array(row, { maxLength: 5 });

Deno.test("ppoTargets() with λ = γ = 1 pays every token the score minus the KL still to come", () => {
  fc.assert(fc.property(rows, (batch) => {
    const targets = ppoTargets(batch, { klCoef: .1, gaeLambda: 1, whitenAdvantages: false });
    for (const [index, { kl, returns, numTokens }] of targets.entries()) {
      let toCome = 0;
      for (let t = numTokens - 1; t >= 0; t--) {
        toCome += kl[t]!;
        assertAlmostEquals(returns[t]!, batch[index]!.score - .1 * toCome, 1e-9);
      }
    }
  }));
});

Deno.test("ppoTargets() whitens over all tokens of the batch and leaves returns alone", () => {
  fc.assert(fc.property(rows, (batch) => {
    const raw = ppoTargets(batch, { klCoef: .01, whitenAdvantages: false });
    const targets = ppoTargets(batch, { klCoef: .01 });
    const all = targets.flatMap(({ advantages }) => [...advantages]);
    const before = maskedMoments(raw.flatMap(({ advantages }) => [...advantages]));
    for (const [i, target] of targets.entries()) assertEquals(target.returns, raw[i]!.returns);
    fc.pre(before.count > 1 && before.variance > 1e-3);
    assertAlmostEquals(maskedMoments(all).mean, 0, 1e-9);
    assertAlmostEquals(maskedMoments(all).variance, 1, 2e-5);
    for (const [i, target] of targets.entries()) {
      const { rawAdvantages } = raw[i]!;
      for (const [t, advantage] of target.advantages.entries()) {
        assertAlmostEquals(
          advantage * Math.sqrt(before.variance + 1e-8) + before.mean,
          rawAdvantages[t]!,
          1e-9,
        );
      }
    }
  }));
});

Deno.test("ppoTargets() moves with the order of rows", () => {
  fc.assert(fc.property(rows, (batch) => {
    const options = { klCoef: .01, klEstimator: "k3" } as const;
    const there = ppoTargets(batch, options);
    const back = ppoTargets([...batch].reverse(), options).reverse();
    for (const [i, target] of there.entries()) {
      assertClose(back[i]!.advantages, [...target.advantages], 1e-9);
      assertEquals(back[i]!.returns, target.returns);
    }
  }));
});

Deno.test("ppoTargets() whitens token rewards around their mean before it estimates", () => {
  const batch = [{ oldLogProbs: [-1, -1], refLogProbs: [-1, -3], values: [0, 0], score: 5 }];
  // k1 = 0 and 2, klCoef 1: rewards 0 and −2 + 5 = 3; mean 1.5, variance 4.5, deviation 2.1213
  // 1.5 ∓ 1.5/2.1213 = 1.5 ∓ .70711
  const [target] = ppoTargets(batch, { klCoef: 1, whitenRewards: true });
  assertClose(target!.tokenRewards, [1.5 - Math.SQRT1_2, 1.5 + Math.SQRT1_2], 1e-8);
  const expected = gae(target!.tokenRewards, [0, 0]);
  assertEquals(target!.returns, expected.returns);
});

Deno.test("ppoTargets() of responses without tokens gives empty targets", () => {
  const nothing = { oldLogProbs: [], refLogProbs: [], values: [], score: 1 };
  const [target] = ppoTargets([nothing], { klCoef: .1 });
  assertEquals([target!.numTokens, target!.advantages.length, target!.returns.length], [0, 0, 0]);
  assertEquals(ppoTargets([], { klCoef: .1 }), []);
  // Official mode: the state before any token is learned, no token is trained.
  const [official] = ppoTargets([{ ...nothing, values: [.25] }], {
    klCoef: .1,
    compat: "official",
    maxNewTokens: 3,
  });
  assertEquals([...official!.returns], [1]);
  assertEquals([...official!.advantages], [0]);
});

Deno.test("ppoTargets() names the row and column of a number that is not finite", () => {
  const good: PpoTargetRow = { oldLogProbs: [-1], refLogProbs: [-1], values: [0], score: 1 };
  const bad: [Partial<PpoTargetRow>, string][] = [
    [{ score: NaN }, "score of row 1"],
    [{ score: -1e39 }, "score of row 1 must be finite in float32"],
    [{ values: [Infinity] }, "values of row 1"],
    [{ oldLogProbs: [-Infinity] }, "oldLogProbs of row 1"],
    [{ refLogProbs: [NaN] }, "refLogProbs of row 1"],
  ];
  for (const [change, message] of bad) {
    assertThrows(
      () => ppoTargets([good, { ...good, ...change }], { klCoef: .1 }),
      NumericError,
      message,
    );
  }
});

Deno.test("ppoTargets() refuses lengths and options that do not fit", () => {
  const good: PpoTargetRow = { oldLogProbs: [-1], refLogProbs: [-1], values: [0], score: 1 };
  assertThrows(() => ppoTargets([good], { klCoef: -1 }), RangeError, "klCoef must");
  assertThrows(() => ppoTargets([good], { klCoef: 0, gamma: 1.5 }), RangeError, "gamma must");
  assertThrows(
    () => ppoTargets([{ ...good, refLogProbs: [] }], { klCoef: 0 }),
    RangeError,
    "1 and 0",
  );
  for (const maxNewTokens of [undefined, 0]) {
    const options = { klCoef: 0, compat: "official" } as const;
    assertThrows(
      () => ppoTargets([good], maxNewTokens === undefined ? options : { ...options, maxNewTokens }),
      RangeError,
      "maxNewTokens must be",
    );
  }
});

Deno.test("ppoTargets() refuses a divergence that no float32 holds, by every estimator", () => {
  const rowOf = (old: number, ref: number): PpoTargetRow => ({
    oldLogProbs: [-1, old],
    refLogProbs: [-1, ref],
    values: [0, 0],
    score: 1,
  });
  // ref/π = e^800 overflows to infinity, e^300 squared does when variances are taken
  const overflowing = [["k3", -800, 0], ["k3", -301, -1], ["forward", -800, 0]] as const;
  for (const [klEstimator, old, ref] of overflowing) {
    for (const klCoef of [0, 0.1]) {
      assertThrows(
        () => ppoTargets([rowOf(-1, -1), rowOf(old, ref)], { klCoef, klEstimator }),
        NumericError,
        "token 1 of row 1 has",
      );
    }
  }
  for (const klEstimator of ["k1", "k3", "forward"] as const) {
    const [target] = ppoTargets([rowOf(-1, -800)], { klCoef: 0.1, klEstimator });
    assertEquals([...target!.advantages].every(Number.isFinite), true, klEstimator);
  }
  const [target] = ppoTargets([rowOf(-800, 0)], { klCoef: 0.1, klEstimator: "k1" });
  assertEquals([...target!.advantages].every(Number.isFinite), true);
});
