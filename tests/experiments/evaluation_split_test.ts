import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stringify } from "@std/yaml";
import { experiment } from "../../experiments/maporl/run.ts";
import { type EvaluationsRow, readFrame } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const root = new URL("../../", import.meta.url).pathname;

/** Does what a command line asks for, as a process of its own. */
async function command(cwd: string, args: string[]) {
  const main = `${root}/experiments/main.ts`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", `${root}/deno.json`, main, ...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

async function rowsOf(path: string, name: string): Promise<EvaluationsRow[]> {
  return (await readFrame(`${path}/${name}.parquet`)).toRecords() as EvaluationsRow[];
}

/** The splits that questions are of, by their names. */
const askedIn = (rows: readonly EvaluationsRow[]) =>
  new Set(rows.map(({ questionId }) => questionId.match(/\/(train|validation|test)\//)?.[1]));

/** A tiny run on validation questions, with an evaluation of as many before each update but the first. */
function onValidation(base: string, updates: number) {
  const config = tinyQuickstart(base, { updates });
  return { ...config, evaluation: { ...config.evaluation, split: "validation", every: 1 } };
}

Deno.test("evaluation.split=validation asks no test question from off-the-shelf to the last table, and is kept on resume", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/r`;
    const config = onValidation(await saveTinyBase(folder), 2);
    await Deno.writeTextFile(`${folder}/tiny.yaml`, stringify(config));
    const device = ["--device", "cpu", "--quiet"];
    const run = await command(folder, [
      ...["quickstart", "--config", "tiny.yaml", "--out", "r"],
      ...device,
    ]);
    assertEquals(run.code, 0, run.err);
    const evaluations = await rowsOf(path, "evaluations");
    const baselines = await rowsOf(path, "baselines");
    assertEquals(new Set(evaluations.map(({ update }) => update)), new Set([0, 1, 2]));
    assert(baselines.length > 0);
    for (const rows of [evaluations, baselines]) {
      assertEquals(new Set(rows.map(({ evaluation }) => evaluation)), new Set(["validation"]));
      assertEquals(askedIn(rows), new Set(["validation"]));
    }
    assertEquals(askedIn(await rowsOf(path, "answers")), new Set(["train"]));
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    // The answers of update 1 would stand beside those of update 2, as both are MAPoRL's.
    for (
      const text of [
        "(4 validation questions of seed 0, A = 2; 95 % intervals",
        "with it (4 validation questions of seed 0; 95 % intervals",
        "on 4 validation questions, 95 % intervals",
      ]
    ) assertStringIncludes(summary, text);
    assert(!/test questions|held-out questions/.test(summary), summary);
    // The table of the arms, which is made from frames alone.
    assertStringIncludes(run.out, "with it (4 validation questions of seed 0; 95 % intervals");

    const set = (setting: string) =>
      command(folder, ["--resume", "r", "--set", setting, ...device]);
    const refused = await set("evaluation.split=test");
    assertEquals(refused.code, 2, refused.out);
    assertStringIncludes(refused.err, "with another evaluation.split as that would be another run");
  }));

Deno.test("evaluation.split=validation: 2 + 1 updates leave the evaluations and tables of 3, none of update 2 as the last", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const [whole, parts] = [`${folder}/whole`, `${folder}/parts`];
    await runExperiment(experiment, { path: whole, config: onValidation(base, 3) });
    await runExperiment(experiment, { path: parts, config: onValidation(base, 2) });
    await runExperiment(experiment, { path: parts, config: onValidation(base, 3), resume: true });
    for (const frame of ["evaluations", "baselines"]) {
      assertEquals(await rowsOf(parts, frame), await rowsOf(whole, frame));
    }
    const tables = async (path: string) =>
      (await Deno.readTextFile(`${path}/summary.md`)).replaceAll(/^- (started|maporl) .*$/gm, "");
    assertEquals(await tables(parts), await tables(whole));
    // Four questions, two agents, two turns, whenever they are asked: nothing is there twice.
    const byUpdate = Map.groupBy(await rowsOf(parts, "evaluations"), ({ update }) => update);
    assertEquals([...byUpdate].map(([update, { length }]) => [update, length]), [
      ...[[0, 16], [1, 16], [2, 16], [3, 16]],
    ]);
  }));
