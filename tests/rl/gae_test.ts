import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gae } from "../../lib/rl/gae.ts";

const number = fc.double({ min: -10, max: 10, noNaN: true });
const episode = fc.array(fc.record({ reward: number, value: number }), { maxLength: 12 });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

Deno.test("gae() on an episode worked by hand", () => {
  // γ = .5, λ = .5, V after the end 4
  // δ2 = 3 + .5·4 − 2 = 3, Â2 = 3
  // δ1 = 2 + .5·2 − 1 = 2, Â1 = 2 + .25·3 = 2.75
  // δ0 = 1 + .5·1 − 0 = 1.5, Â0 = 1.5 + .25·2.75 = 2.1875
  const { advantages, returns } = gae([1, 2, 3], [0, 1, 2], {
    gamma: 0.5,
    gaeLambda: 0.5,
    nextValue: 4,
  });
  assertEquals([...advantages], [2.1875, 2.75, 3]);
  assertEquals([...returns], [2.1875, 3.75, 5]);
});

Deno.test("gae() with λ = 1 is the discounted return minus the value", () => {
  fc.assert(fc.property(episode, fraction, (steps, gamma) => {
    const values = steps.map((step) => step.value);
    const { advantages, returns } = gae(steps.map((step) => step.reward), values, {
      gamma,
      gaeLambda: 1,
    });
    let total = 0;
    for (let t = steps.length - 1; t >= 0; t--) {
      total = steps[t]!.reward + gamma * total;
      assertAlmostEquals(returns[t]!, total, 1e-9);
      assertAlmostEquals(advantages[t]!, total - values[t]!, 1e-9);
    }
  }));
});

Deno.test("gae() with λ = 0 is the one-step error", () => {
  fc.assert(fc.property(episode, fraction, (steps, gamma) => {
    const values = steps.map((step) => step.value);
    const { advantages } = gae(steps.map((step) => step.reward), values, { gamma, gaeLambda: 0 });
    for (const [t, { reward, value }] of steps.entries()) {
      assertAlmostEquals(advantages[t]!, reward + gamma * (values[t + 1] ?? 0) - value, 1e-12);
    }
  }));
});

Deno.test("gae() equals the sum Â_t = Σ (γλ)^k δ_{t+k}", () => {
  fc.assert(fc.property(episode, fraction, fraction, (steps, gamma, gaeLambda) => {
    const rewards = steps.map((step) => step.reward);
    const values = steps.map((step) => step.value);
    const deltas = rewards.map((r, t) => r + gamma * (values[t + 1] ?? 0) - values[t]!);
    const { advantages, returns } = gae(rewards, values, { gamma, gaeLambda });
    for (let t = 0; t < steps.length; t++) {
      const sum = deltas.slice(t).reduce((x, d, k) => x + (gamma * gaeLambda) ** k * d, 0);
      assertAlmostEquals(advantages[t]!, sum, 1e-9);
      assertAlmostEquals(returns[t]!, sum + values[t]!, 1e-9);
    }
  }));
});

Deno.test("gae() of nothing is nothing", () => {
  assertEquals(gae([], []), { advantages: new Float64Array(0), returns: new Float64Array(0) });
});

Deno.test("gae() refuses discounts outside [0, 1] and lengths that differ", () => {
  for (const bad of [-0.1, 1.1, NaN]) {
    assertThrows(() => gae([1], [1], { gamma: bad }), RangeError, "gamma must be");
    assertThrows(() => gae([1], [1], { gaeLambda: bad }), RangeError, "gaeLambda must be");
  }
  assertThrows(() => gae([1, 2], [1]), RangeError, "2 rewards, 1 values");
});
