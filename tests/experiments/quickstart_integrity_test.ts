import { assert, assertEquals, assertRejects } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, InterruptedError, Random } from "../../lib/core/mod.ts";
import { Decoder, loadDecoder, saveDecoder } from "../../lib/models/mod.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { SMALL_WORLD_TOKENIZER_FILES } from "../../lib/worlds/small_world/mod.ts";
import { smallWorldConfig, withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

/** All files of a folder with their bytes. */
function contents(path: string): Map<string, string> {
  return new Map(
    filesOf(path).map((name) => [name, Deno.readFileSync(`${path}/${name}`).toHex()]),
  );
}

async function rowsOf(path: string, name: string): Promise<unknown[]> {
  return (await readFrame(`${path}/${name}.parquet`)).toRecords();
}

/** Resumes a run whose inputs have changed: it is refused by the name of what differs, and left as it was. */
async function refusesOther(what: string, path: string, config: object): Promise<void> {
  const before = contents(path);
  await assertRejects(
    () => runExperiment(experiment, { path, config, resume: true }),
    CheckpointError,
    `as its ${what} must be that of its start`,
  );
  assertEquals(contents(path), before);
}

Deno.test("quickstart: a finished run that is resumed and stopped before its first save is as it was", (t) =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config: tinyQuickstart(base, { updates: 1 }) });
    const before = contents(path);
    for (const updates of [1, 3]) {
      await t.step(`with ${updates} updates`, async () => {
        const controller = new AbortController();
        const log = (line: string) => {
          if (line !== "") controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
        };
        const context = { signal: controller.signal, log };
        if (updates === 1) controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
        const config = tinyQuickstart(base, { updates });
        await assertRejects(
          () => runExperiment(experiment, { path, config, resume: true, context }),
          InterruptedError,
        );
        assertEquals(contents(path), before);
      });
    }
  }));

Deno.test("quickstart refuses to start over where rows are and checkpoints are not, and drops nothing", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config });
    await Deno.rename(`${path}/checkpoints`, `${folder}/aside`);
    const before = contents(path);
    const error = await assertRejects(
      () => runExperiment(experiment, { path, config, resume: true }),
      CheckpointError,
      "it must have a checkpoint: it has rows of answers and no checkpoint",
    );
    assert(error.remedy?.startsWith(`Restore ${path}/checkpoints from a copy`), error.message);
    assertEquals(contents(path), before);
    // What the remedy says works.
    await Deno.rename(`${folder}/aside`, `${path}/checkpoints`);
    await runExperiment(experiment, { path, config, resume: true });
  }));

Deno.test({
  name: "quickstart goes on from checkpoints behind links, and leaves what they lead to",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withTempFolder(async (folder) => {
      const base = await saveTinyBase(folder);
      const whole = tinyQuickstart(base, { updates: 3 });
      await runExperiment(experiment, { path: `${folder}/whole`, config: whole });
      const path = `${folder}/run`;
      await runExperiment(experiment, { path, config: tinyQuickstart(base, { updates: 1 }) });
      const other = `${folder}/other`;
      await Deno.rename(`${path}/checkpoints`, other);
      await Deno.mkdir(`${path}/checkpoints`);
      for (const { name } of Deno.readDirSync(other)) {
        await Deno.symlink(`${other}/${name}`, `${path}/checkpoints/${name}`);
      }
      const before = contents(other);
      const lines = await runExperiment(experiment, { path, config: whole, resume: true });
      // A run from the start would end in the same rows: what is done again tells them apart.
      const done = lines.flatMap((line) => line.match(/^update \d+(?=:)/) ?? []);
      assertEquals(done, ["update 2", "update 3"]);
      assertEquals(contents(other), before);
      for (const frame of ["answers", "evaluations"]) {
        assertEquals(await rowsOf(path, frame), await rowsOf(`${folder}/whole`, frame));
      }
    }),
});

Deno.test("quickstart refuses another base model than at the start, also with the oracle", (t) =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const config = tinyQuickstart(base, { updates: 1 });
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config });
    const others = { "other weights": {}, "another rope_theta": { ropeTheta: 5000 } };
    for (const [name, changes] of Object.entries(others)) {
      await t.step(name, async () => {
        const seed = name === "other weights" ? 99 : 1;
        const decoder = Decoder.initialize(smallWorldConfig(changes), Random.fromSeed(seed));
        await saveDecoder(base, decoder, SMALL_WORLD_TOKENIZER_FILES.words);
        decoder.dispose();
        await refusesOther("base", path, config);
      });
    }
  }));

Deno.test("quickstart refuses another tokenizer or chat template than at the start", (t) =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const config = tinyQuickstart(base, { updates: 1 });
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config });
    const { tokenizer, config: settings } = SMALL_WORLD_TOKENIZER_FILES.words;
    const { chat_template: template, ...others } = settings as { chat_template: string };
    const changed = { ...others, chat_template: template.replace("<|user|> ", "<|user|> : ") };
    const added = { ...(tokenizer as object), version: "1.1" };
    const files = {
      template: { tokenizer, config: changed },
      tokenizer: { tokenizer: added, config: settings },
    };
    for (const [name, other] of Object.entries(files)) {
      await t.step(name, async () => {
        const decoder = await loadDecoder(base);
        await saveDecoder(base, decoder, other);
        decoder.dispose();
        await refusesOther("tokenizer", path, config);
      });
    }
  }));

Deno.test("quickstart refuses checkpoints and rows of a run with another seed", (t) =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    for (const seed of [0, 1]) {
      await runExperiment(experiment, { path: `${folder}/${seed}`, config, seed });
    }
    for (const part of ["checkpoints", "parts"]) {
      await t.step(part, async () => {
        await Deno.rename(`${folder}/0/${part}`, `${folder}/aside`);
        await Deno.rename(`${folder}/1/${part}`, `${folder}/0/${part}`);
        await assertRejects(
          () => runExperiment(experiment, { path: `${folder}/0`, config, resume: true }),
          CheckpointError,
          "as it must be of this run: its seed is 1, that of the run 0",
        );
        await Deno.rename(`${folder}/0/${part}`, `${folder}/1/${part}`);
        await Deno.rename(`${folder}/aside`, `${folder}/0/${part}`);
      });
    }
  }));

Deno.test("quickstart refuses a run in whose files any byte was changed", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config });
    const random = Random.fromSeed(3);
    const decides = /run.json|update-00001\/|parts\//; // the older checkpoint is not read
    for (const name of filesOf(path).filter((name) => decides.test(name))) {
      const bytes = await Deno.readFile(`${path}/${name}`);
      for (let i = 0; i < 3; i++) {
        const at = random.integer(0, bytes.length);
        const changed = bytes.slice();
        changed[at]! ^= 1 << random.integer(0, 7);
        if ([bytes, changed].every((all) => /\s/.test(String.fromCharCode(all[at]!)))) continue;
        await Deno.writeFile(`${path}/${name}`, changed);
        const before = contents(path);
        const error = await assertRejects(
          () => runExperiment(experiment, { path, config, resume: true }),
        );
        assert(error instanceof Error && error.message.includes(name.split("/").at(-1)!), name);
        if (name !== "run.json") assertEquals(contents(path), before, name);
      }
      await Deno.writeFile(`${path}/${name}`, bytes);
    }
    await runExperiment(experiment, { path, config, resume: true });
  }));
