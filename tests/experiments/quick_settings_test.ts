import { assert, assertEquals, assertThrows } from "@std/assert";
import type { MaporlConfig } from "../../experiments/maporl/config.ts";
import { quickSettings } from "../../experiments/quick_settings.ts";
import { registry } from "../../experiments/registry.ts";
import { armConfigs, loadExperiment } from "../../lib/tracking/mod.ts";

Deno.test("small budgets fit every arm, and train nothing that was not trained", async () => {
  let numArms = 0;
  for (const name of Object.keys(registry)) {
    const { arms } = await loadExperiment(name, registry);
    if (arms === undefined) continue;
    const whole = await armConfigs(arms, { registry });
    const quick = await armConfigs(arms, { registry, over: quickSettings(arms.script) });
    for (const arm of quick.order) {
      const [before, after] = [whole, quick].map(({ configOf }) =>
        configOf(arm) as MaporlConfig
      ) as [MaporlConfig, MaporlConfig];
      const what = `${name}, ${arm}`;
      assertEquals(after.algorithm.updates > 0, before.algorithm.updates > 0, what);
      assert(after.algorithm.updates <= 2, what);
      assert(after.evaluation.numQuestions <= 40, what);
      const [alone, aloneQuick] = [before, after].map(({ evaluation }) =>
        evaluation.baselines.maxAnswers > 0
      );
      assertEquals(aloneQuick, alone, what);
      numArms++;
    }
  }
  assert(numArms > 20);
});

Deno.test("quickSettings() refuses a script that it has no budgets for", () => {
  assertThrows(() => quickSettings("other"), RangeError, "experiments/quick_settings.ts");
});
