import { assert, assertEquals } from "@std/assert";
import { registry } from "../../experiments/registry.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import {
  experimentOfArm,
  loadExperiment,
  readDefaults,
  scriptOfArm,
} from "../../lib/tracking/mod.ts";

const folder = new URL("../../experiments/", import.meta.url);

Deno.test("the registry names every experiment's folder, and each experiment its place", async () => {
  // A folder without either has a proof that `deno task reproduce` shows.
  const folders = [...Deno.readDirSync(folder)].filter(({ name, isDirectory }) =>
    isDirectory && [...Deno.readDirSync(new URL(name, folder))]
      .some((file) => ["run.ts", "arms.ts"].includes(file.name))
  );
  assertEquals(folders.map(({ name }) => name).sort(), Object.keys(registry).sort());
  for (const name of Object.keys(registry)) {
    const { experiment, arms } = await loadExperiment(name, registry);
    assertEquals(experiment.name, name);
    for (const text of [experiment.summary, experiment.minutes]) {
      assert(text.length > 0 && !text.includes("\n"), `${name}: one line each`);
    }
    // The defaults are allowed.
    const config = resolveConfig(experiment.schema, [await readDefaults(experiment)], []) as object;
    for (const path of experiment.changeable ?? []) {
      const value = path.split(".").reduce<unknown>(
        (part, key) => (part as Record<string, unknown> | undefined)?.[key],
        config,
      );
      assert(value !== undefined, `${name}: changeable "${path}" is no option`);
    }
    if (!arms) continue;
    assert(arms.seeds.length > 0, `${name} has seeds`);
    for (const arm of Object.keys(arms.arms)) {
      const { experiment: script } = await loadExperiment(scriptOfArm(arms, arm), registry);
      const defaults = await readDefaults(experimentOfArm(arms, arm, script));
      resolveConfig(script.schema, [defaults], []); // throws at a wrong one
    }
  }
});
