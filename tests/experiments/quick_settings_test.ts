import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import type { MaporlConfig } from "../../experiments/maporl/config.ts";
import { quickSettings } from "../../experiments/quick_settings.ts";
import type { SupervisedConfig } from "../../experiments/supervised/config.ts";
import { registry } from "../../experiments/registry.ts";
import { armConfigs, loadExperiment } from "../../lib/tracking/mod.ts";

/** Updates of either script that arms are over. */
const updatesOf = (config: MaporlConfig | SupervisedConfig) =>
  "imitation" in config ? config.imitation.updates : config.algorithm.updates;

/** Questions that a verifier is trained on. */
const numQuestionsOf = (config: object) => (config as { readonly questions: number }).questions;

Deno.test("small budgets fit every arm, and train nothing that was not trained", async () => {
  let numArms = 0;
  for (const name of Object.keys(registry)) {
    const { arms } = await loadExperiment(name, registry);
    if (arms === undefined) continue;
    const whole = await armConfigs(arms, { registry });
    const quick = await armConfigs(arms, {
      registry,
      over: (config, script) => quickSettings(script)(config),
    });
    for (const arm of quick.order) {
      const [before, after] = [whole, quick].map(({ configOf }) =>
        configOf(arm) as MaporlConfig | SupervisedConfig
      ) as [MaporlConfig | SupervisedConfig, MaporlConfig | SupervisedConfig];
      const what = `${name}, ${arm}`;
      if (arms.prepares?.includes(arm)) {
        // What prepares others discusses nothing.
        assert(numQuestionsOf(after) < numQuestionsOf(before), what);
        continue;
      }
      const [updates, updatesQuick] = [before, after].map(updatesOf) as [number, number];
      assertEquals(updatesQuick > 0, updates > 0, what);
      assert(updatesQuick <= 2, what);
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
  assertThrows(() => quickSettings("other"), ConfigError, "small budgets must be known for it");
});
