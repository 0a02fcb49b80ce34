import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NumericError } from "../../lib/core/mod.ts";
import { plainPpoLoss, type PlainPpoLossInput } from "./ppo_loss_reference.ts";

/** What each source takes: the paper the plain squared error, TRL and the released code half of the clipped one. */
const VALUE_LOSS = {
  paper: { cliprangeValue: null, vfScale: 1 },
  official: { cliprangeValue: 0.2, vfScale: 0.5 },
} as const;

const ONE_VALUE = { newValues: [0], oldValues: [0], returns: [0] };
const ONE_TOKEN = { newLogProbs: [0], oldLogProbs: [0], advantages: [0] };

Deno.test("plainPpoLoss() clips the policy on the side that the advantage pulls to", () => {
  const policy = (advantage: number, logRatio: number) =>
    plainPpoLoss({
      newLogProbs: [logRatio],
      oldLogProbs: [0],
      advantages: [advantage],
      ...ONE_VALUE,
    });
  // advantage 1, ratio e, clip .2: max(−e, −1.2) = −1.2, no gradient
  assertAlmostEquals(policy(1, 1).policyLoss, -1.2, 1e-12);
  assertEquals([policy(1, 1).clipFrac, policy(1, 1).logProbGrads[0]], [1, 0]);
  // advantage −1, ratio e: max(e, 1.2) = e, not clipped, gradient −Âρ = e
  assertAlmostEquals(policy(-1, 1).policyLoss, Math.E, 1e-12);
  assertEquals(policy(-1, 1).clipFrac, 0);
  assertAlmostEquals(policy(-1, 1).logProbGrads[0]!, Math.E, 1e-12);
  // advantage −1, ratio 1/e: max(1/e, .8) = .8, clipped
  assertAlmostEquals(policy(-1, -1).policyLoss, .8, 1e-12);
  assertEquals(policy(-1, -1).clipFrac, 1);
});

Deno.test("plainPpoLoss() on the first pass has ratio 1 and the policy gradient", () => {
  const result = plainPpoLoss({
    newLogProbs: [-1, -2, -3],
    oldLogProbs: [-1, -2, -3],
    advantages: [1, -2, 99],
    mask: [1, 1, 0],
    ...ONE_VALUE,
  });
  // mean of −Â over two tokens: (−1 + 2)/2
  assertEquals(result.policyLoss, .5);
  assertEquals([...result.logProbGrads], [-.5, 1, 0]);
  assertEquals([result.ratio, result.maxRatioError, result.approxKl, result.clipFrac], [
    1,
    0,
    0,
    0,
  ]);
});

Deno.test("plainPpoLoss() takes the paper's plain or the released code's clipped value loss", () => {
  const input = { ...ONE_TOKEN, newValues: [1], oldValues: [0], returns: [2] };
  // (1 − 2)² = 1; clipped: clip(1, 0 ± .2) = .2, (.2 − 2)² = 3.24, ½·3.24 = 1.62
  const paper = plainPpoLoss(input, VALUE_LOSS.paper);
  assertEquals([paper.valueLoss, paper.vfClipFrac, paper.loss], [1, 0, .1]);
  assertAlmostEquals(paper.valueGrads[0]!, .1 * 2 * -1, 1e-12);
  const official = plainPpoLoss(input, VALUE_LOSS.official);
  assertAlmostEquals(official.valueLoss, 1.62, 1e-12);
  assertAlmostEquals(official.loss, .162, 1e-12);
  assertEquals([official.vfClipFrac, official.valueGrads[0]], [1, 0]);
  assertEquals(plainPpoLoss(input), paper);
});

Deno.test("plainPpoLoss() reports both approximations of the KL divergence and the entropy", () => {
  const result = plainPpoLoss({
    newLogProbs: [Math.log(.5), 0],
    oldLogProbs: [Math.log(.25), 0],
    advantages: [0, 0],
    entropies: [.6, .2],
    ...ONE_VALUE,
  });
  // ratios 2 and 1: (2 − 1 − ln 2)/2 and ½(ln 2)²/2
  assertAlmostEquals(result.approxKl, (1 - Math.LN2) / 2, 1e-12);
  assertAlmostEquals(result.approxKlHalfSquare, Math.LN2 ** 2 / 4, 1e-12);
  assertAlmostEquals(result.entropy!, .4, 1e-12);
  assertAlmostEquals(result.maxRatioError, 1, 1e-12);
  assertEquals(plainPpoLoss({ ...ONE_TOKEN, ...ONE_VALUE }).entropy, undefined);
});

const column = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 4, maxLength: 4 });
const inputs = fc.record({
  newLogProbs: column(-2, 0),
  oldLogProbs: column(-2, 0),
  advantages: column(-2, 2),
  newValues: column(-1, 1),
  oldValues: column(-1, 1),
  returns: column(-1, 1),
});

Deno.test("plainPpoLoss() gradients agree with finite differences", () => {
  const step = 1e-6;
  fc.assert(fc.property(inputs, fc.constantFrom("paper", "official"), (input, compat) => {
    const options = { ...VALUE_LOSS[compat], vfCoef: .3 };
    const masked: PlainPpoLossInput = { ...input, mask: [1, 1, 0, 1], valueMask: [1, 0, 1, 1] };
    const { logProbGrads, valueGrads } = plainPpoLoss(masked, options);
    const slope = (name: "newLogProbs" | "newValues", i: number) => {
      const at = (delta: number) => {
        const moved = input[name].map((x, j) => j === i ? x + delta : x);
        return plainPpoLoss({ ...masked, [name]: moved }, options).loss;
      };
      return [(at(step) - at(0)) / step, (at(0) - at(-step)) / step];
    };
    for (let i = 0; i < 4; i++) {
      for (
        const [name, grads] of [["newLogProbs", logProbGrads], ["newValues", valueGrads]] as const
      ) {
        const [right, left] = slope(name, i);
        // At a kink the two sides differ and either is a subgradient.
        if (Math.abs(right! - left!) > 1e-4) continue;
        assertAlmostEquals(grads[i]!, (right! + left!) / 2, 1e-4, `${name}[${i}]`);
      }
    }
  }));
});

Deno.test("plainPpoLoss() never lets the clipped objective beat the free one, nor sees masked entries", () => {
  fc.assert(fc.property(inputs, inputs, (input, other) => {
    const mask = [1, 0, 1, 1];
    const mix = (name: keyof typeof input) =>
      input[name].map((x, i) => mask[i] === 0 ? other[name][i]! : x);
    const masked = { ...input, mask, valueMask: mask };
    const noisy = {
      newLogProbs: mix("newLogProbs"),
      oldLogProbs: mix("oldLogProbs"),
      advantages: mix("advantages"),
      newValues: mix("newValues"),
      oldValues: mix("oldValues"),
      returns: mix("returns"),
      mask,
      valueMask: mask,
    };
    const result = plainPpoLoss(masked, VALUE_LOSS.official);
    assertEquals(plainPpoLoss(noisy, VALUE_LOSS.official), result);
    const free = plainPpoLoss(masked, { cliprange: Infinity });
    assert(result.policyLoss >= free.policyLoss - 1e-12);
    assert(result.valueLoss >= free.valueLoss / 2 - 1e-12);
    assert(result.approxKl >= 0);
  }));
});

Deno.test("plainPpoLoss() refuses batches in which nothing counts, lengths and coefficients that do not fit", () => {
  const input = { ...ONE_TOKEN, ...ONE_VALUE };
  assertThrows(
    () => plainPpoLoss({ ...input, mask: [0] }),
    RangeError,
    "at least 1 entry must count",
  );
  assertThrows(() => plainPpoLoss({ ...input, valueMask: [0] }), RangeError, "at least 1 entry");
  assertThrows(
    () => plainPpoLoss({ ...input, advantages: [] }),
    RangeError,
    "advantages must have 1",
  );
  assertThrows(
    () => plainPpoLoss({ ...input, returns: [1, 2] }),
    RangeError,
    "returns must have 1",
  );
  for (const bad of [-1, NaN]) {
    assertThrows(() => plainPpoLoss(input, { cliprange: bad }), RangeError, "cliprange must");
    assertThrows(
      () => plainPpoLoss(input, { cliprangeValue: bad }),
      RangeError,
      "cliprangeValue must",
    );
  }
});

Deno.test("plainPpoLoss() refuses a loss that is not finite", () => {
  for (const advantage of [0, -1]) { // 0 times an overflowing ratio, and -1 times it
    const input = { newLogProbs: [0], oldLogProbs: [-800], advantages: [advantage] };
    assertThrows(
      () => plainPpoLoss({ ...input, ...ONE_VALUE }),
      NumericError,
      "loss as it must be finite",
    );
  }
  const states = { newValues: [1e200], oldValues: [0], returns: [0] };
  assertThrows(() => plainPpoLoss({ ...ONE_TOKEN, ...states }), NumericError, "it is Infinity");
});
