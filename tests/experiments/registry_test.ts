import { assert, assertEquals } from "@std/assert";
import { registry } from "../../experiments/registry.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import {
  type ArmRun,
  baselineTables,
  experimentOfArm,
  loadExperiment,
  pickArms,
  readDefaults,
  scriptOfArm,
} from "../../lib/tracking/mod.ts";
import { answersOf } from "../tracking/evaluations_row.ts";

/** What three agents answer in three turns, before training and after. */
const evaluations = [0, 1, 2].flatMap((agent) =>
  [...answersOf("off-the-shelf", 0, [[false, true, false]]), ...answersOf("MAPoRL", 2, [[true]])]
    .map((row) => ({ ...row, agent }))
);

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
    // The defaults are allowed, with a value for what has none and so has a flag.
    const needed = name === "discuss" ? ["model=http://any/v1"] : [];
    const defaults = [await readDefaults(experiment)];
    const config = resolveConfig(experiment.schema, defaults, needed) as object;
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

Deno.test("every arm can run by itself: there is a table of it and of those that it begins with", async () => {
  for (const name of Object.keys(registry)) {
    const { arms } = await loadExperiment(name, registry);
    for (const arm of Object.keys(arms?.arms ?? {})) {
      const picked = pickArms(arms!, [arm]);
      const names = Object.keys(picked.arms);
      const runs = names.map((arm): ArmRun => ({ arm, seed: 0, baselines: [], evaluations }));
      const { rows, columns } = picked.table(runs);
      assert(rows.every(({ length }) => length === columns.length), `${name}: ${arm}`);
      baselineTables(runs);
    }
  }
});
