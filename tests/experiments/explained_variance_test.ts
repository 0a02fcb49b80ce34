import { assertEquals } from "@std/assert";
import { explainedVarianceTable } from "../../experiments/critic/explained_variance.ts";
import type { ArmRun } from "../../lib/tracking/mod.ts";

const run = (arm: string, seed: number, shares: readonly (number | null)[]): ArmRun => ({
  ...{ arm, seed, evaluations: [], baselines: [] },
  updates: shares.map((explainedVariance, update) => ({
    ...{ update, parameters: "shared", turnGroup: "rest", numAnswers: 1, rolloutAnswers: 1 },
    explainedVariance,
  })),
});

Deno.test("explainedVarianceTable() takes the updates of all seeds, and leaves out arms without a critic", () => {
  const { rows } = explainedVarianceTable([
    run("critic", 0, [0.5, -0.25]),
    run("critic", 1, [0.25, null]),
    run("none", 0, [null, null]),
  ]);
  // (0.5 − 0.25 + 0.25) / 3; seeds 0.125 and 0.25.
  assertEquals(rows, [["critic", 3, 0.5 / 3, -0.25, 0.5, "0.13, 0.25"]]);
  // Frames that were committed before it was kept.
  assertEquals(
    explainedVarianceTable([{ arm: "a", seed: 0, evaluations: [], baselines: [] }]).rows,
    [],
  );
});
