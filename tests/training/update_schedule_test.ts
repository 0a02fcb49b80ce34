import { assertEquals } from "@std/assert";
import { assertClose } from "../support/tensors.ts";
import { algorithmOf, discuss, policiesOf, update } from "./updates.ts";

Deno.test("updatePolicies() follows the schedule over all optimiser steps of the run", async () => {
  const rates: number[] = [];
  const algorithm = algorithmOf({
    turnGroups: "all",
    trainGroups: ["all"],
    schedule: "linear",
    warmupSteps: 2,
    learningRate: 1e-3,
    updates: 3,
  });
  const policies = policiesOf(algorithm);
  for (let i = 0; i < 3; i++) {
    const groups = await update(policies, await discuss(policies), algorithm, { update: i });
    rates.push(groups.get("shared/all")!.stats.learningRate);
  }
  // 3 updates × 2 epochs × 2 mini-batches = 12 steps, 2 of warm-up, then 1.0 → 0.1 over 10. The last
  // steps of the updates are 3, 7 and 11: 1 − 0.9 · {1, 5, 9}/10
  assertClose(rates, [0.91e-3, 0.55e-3, 0.19e-3], 1e-9);
  policies.dispose();
});

Deno.test("updatePolicies() lets the rate fall to its end with more mini-batches than questions", async () => {
  // 4 questions: 4 of the 100 mini-batches are taken, so 3 updates × 2 epochs × 4 = 24 steps.
  const algorithm = algorithmOf({
    turnGroups: "all",
    trainGroups: ["all"],
    schedule: "linear",
    warmupSteps: 0,
    learningRate: 1e-3,
    numMiniBatches: 100,
  });
  const policies = policiesOf(algorithm);
  const discussions = await discuss(policies);
  const { stats } = (await update(policies, discussions, algorithm, { update: 2 }))
    .get("shared/all")!;
  assertEquals(stats.numSteps, 8);
  assertClose([stats.learningRate], [1e-3 * (1 - 0.9 * 23 / 24)], 1e-9);
  policies.dispose();
});

Deno.test("updatePolicies() counts for each group the updates that train it", async () => {
  // Six updates, turn 1 in the first two and the last, turn 2 in the others.
  const turnsOf = (index: number) => index < 2 || index === 5 ? [1] : [2];
  const algorithm = algorithmOf({
    turnGroups: "per_turn",
    trainGroups: ["turn_1", "turn_2"],
    schedule: "linear",
    warmupSteps: 0,
    learningRate: 1e-3,
    updates: 6,
  });
  const policies = policiesOf(algorithm);
  for (const [index, key] of [[4, "shared/turn_2"], [5, "shared/turn_1"]] as const) {
    const discussions = await discuss(policies);
    const groups = await update(policies, discussions, algorithm, { update: index, turnsOf });
    assertEquals([...groups.keys()], [key]);
    // The last of its three updates of four steps: step 11 of 12, whichever other groups there are.
    assertClose([groups.get(key)!.stats.learningRate], [1e-3 * (1 - 0.9 * 11 / 12)], 1e-9);
  }
  policies.dispose();
});
