import { assertAlmostEquals, assertEquals } from "@std/assert";
import { explainedVariance, gae, ppoTargets, rewardsToGo } from "../../lib/rl/mod.ts";

Deno.test("rewardsToGo() by hand", () => {
  assertEquals([...rewardsToGo([1, 0, 4], 1)], [5, 4, 4]);
  assertEquals([...rewardsToGo([1, 0, 4], 0.5)], [2, 2, 4]);
  assertEquals([...rewardsToGo([1, 2, 3], 0)], [1, 2, 3]);
  assertEquals([...rewardsToGo([], 0.9)], []);
});

Deno.test("rewardsToGo() is what Â + V gives with lambda 1, whatever the values", () => {
  const [rewards, values] = [[0.5, -1, 2], [3, -2, 7]];
  const { returns } = gae(rewards, values, { gamma: 0.9, gaeLambda: 1 });
  for (const [t, sum] of rewardsToGo(rewards, 0.9).entries()) {
    assertAlmostEquals(sum, returns[t]!, 1e-12);
  }
});

Deno.test("ppoTargets() gives the discounted token rewards, the price of divergence among them", () => {
  // 1 and −2 nats at a price of 0.1: rewards −0.1 and 0.2 + 3 = 3.2; γ = 0.5: −0.1 + 1.6 = 1.5
  const row = { kl: [1, -2], values: [9, -9], score: 3 };
  const [target] = ppoTargets([row], { klCoef: 0.1, gamma: 0.5, gaeLambda: 0.3 });
  assertAlmostEquals(target!.rewardsToGo[0]!, 1.5, 1e-12);
  assertAlmostEquals(target!.rewardsToGo[1]!, 3.2, 1e-12);
});

Deno.test("ppoTargets(): a critic that knows nothing explains nothing, though Â + V follows it", () => {
  // Answers of 300 tokens that earn ±0.5, for which the critic says ±√0.0125, unrelated to that: a
  // twentieth of the rewards' variance. With λ = 0.95 the returns Â + V are mostly what it says.
  const rows = Array.from({ length: 4 }, (_, i) => ({
    kl: new Float64Array(300),
    values: new Float64Array(300).fill((i < 2 ? 1 : -1) * Math.sqrt(0.0125)),
    score: i % 2 - 0.5,
  }));
  const targets = ppoTargets(rows, { klCoef: 0, gaeLambda: 0.95 });
  const flat = (parts: readonly Float64Array[]) => parts.flatMap((part) => [...part]);
  const values = flat(rows.map(({ values }) => values));
  const against = (name: "returns" | "rewardsToGo") =>
    explainedVariance(values, flat(targets.map((target) => target[name])))!;
  // Rewards to go: 1 − (0.25 + 0.0125)/0.25 = −0.05
  assertAlmostEquals(against("rewardsToGo"), -0.05, 1e-9);
  // Â + V = (1 − λᵏ)·V + λᵏ·R, k tokens before the end; E λ²ᵏ = (1/(1 − 0.9025))/300 = 0.0342 and
  // E (1 − λᵏ)² = 1 − 2·20/300 + 0.0342 = 0.90: 1 − 0.0342·0.2625/(0.9·0.0125 + 0.0342·0.25) = 0.55
  assertAlmostEquals(against("returns"), 0.55, 0.02);
});
