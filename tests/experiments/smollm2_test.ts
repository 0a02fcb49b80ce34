import { assert, assertEquals, assertRejects } from "@std/assert";
import { registry } from "../../experiments/registry.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { arms } from "../../experiments/smollm2/arms.ts";
import { stagesOf, WARM_UP } from "../../experiments/smollm2/shown.ts";
import { parseSetting } from "../../lib/core/config_layers.ts";
import { ConfigError } from "../../lib/core/mod.ts";
import { armConfigs, type ArmRun, runArms } from "../../lib/tracking/mod.ts";
import { answersOf } from "../tracking/evaluations_row.ts";
import { withTempFolder } from "../support/temp_folder.ts";

interface Settings {
  readonly base: string;
  readonly verifier?: { readonly path: string };
  readonly imitation?: { readonly what: string };
}

Deno.test("smollm2: the model is warmed up, then judged by a verifier of its own, then trained", async () => {
  const { order, configOf, scriptOf } = await armConfigs(arms, {
    registry,
    sets: [parseSetting("base=my.gguf")],
  });
  assertEquals(order, ["warm-up", "verifier", "MAPoRL"]);
  assertEquals(order.map((arm) => scriptOf(arm).experiment.name), [
    ...["supervised", "train_verifier", "maporl"],
  ]);
  const [warmUp, verifier, training] = order.map((arm) =>
    configOf(arm, (other) => `runs/${other}`) as Settings
  );
  assertEquals(warmUp!.base, "my.gguf"); // what is named is what is warmed up
  assertEquals(warmUp!.imitation!.what, "demonstrations");
  assertEquals(verifier!.base, "runs/warm-up/model");
  assertEquals(training!.base, "runs/warm-up/model");
  assertEquals(training!.verifier!.path, "runs/verifier/verifier");
});

Deno.test("smollm2 is refused before it runs where the model is not there, with the command that gets it", () =>
  withTempFolder(async (folder) => {
    const elsewhere = { ...arms, settings: { ...arms.settings, base: `${folder}/none` } };
    const { remedy } = await assertRejects(
      () =>
        runArms(elsewhere, {
          ...{ registry, seeds: [0], root: folder, dtype: "float32", flags: [], goOnFlags: [] },
          run: () => Promise.reject(new Error("nothing may run")),
        }),
      ConfigError,
      `base must name what is there: ${folder}/none is not`,
    );
    assert(remedy?.includes("deno task data get smollm2_135m_instruct"), remedy);
    assert(remedy?.includes("deno task experiment smollm2 --model PATH"), remedy);
    const missing = await resultOfArms(elsewhere).missing!();
    assertEquals(missing?.remedy, remedy);
    await Deno.mkdir(`${folder}/none`);
    assertEquals(await resultOfArms(elsewhere).missing!(), undefined);
  }));

Deno.test("smollm2 shows what the warm-up did and what training did, each once", () => {
  const run = (arm: string, models: readonly string[]): ArmRun => ({
    arm,
    seed: 0,
    baselines: [],
    evaluations: models.flatMap((model, i) => answersOf(model, 0, [[i > 0], [i > 0]])),
  });
  const stages = stagesOf([
    run(WARM_UP, ["off-the-shelf", "supervised"]),
    run("MAPoRL", ["off-the-shelf", "MAPoRL"]),
  ]);
  assertEquals(stages.map(({ name }) => name), ["as released", "warmed up", "MAPoRL"]);
});
