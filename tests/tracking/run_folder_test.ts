import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { parse } from "@std/yaml";
import { RunError, sealJson } from "../../lib/core/mod.ts";
import { readFrame, readRecord, readRun, RunFolder } from "../../lib/tracking/mod.ts";
import { changes, description, device, listed, updateRow, withFolder } from "./tiny_run.ts";

Deno.test("RunFolder.create() names the folder by experiment, time and seed, and never twice the same", () =>
  withFolder(async (root) => {
    const runs = await Promise.all([1, 2, 3].map(() => RunFolder.create(description, { root })));
    const paths = runs.map((run) => run.path);
    assertEquals(new Set(paths).size, 3);
    for (const path of paths) {
      assertMatch(path.slice(root.length), /^\/tiny\/\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-s7(-\d)?$/);
    }
    for (const run of runs) await run.finish("finished");
  }));

Deno.test("RunFolder.create() writes the record and the full configuration", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/deep/run` });
    const record = await readRecord(run.path);
    assertEquals([record.experiment, record.status, record.seed], ["tiny", "running", 7]);
    assertEquals(record.config, { ppo: { lr: 1e-4, betas: [0.9, 0.95] } });
    assertEquals([record.device, record.commandLine], [device, description.commandLine]);
    assertEquals([record.finished, record.error, record.resumed], [null, null, []]);
    assertMatch(record.started, /^\d{4}-\d\d-\d\dT.*Z$/);
    for (const name of ["maporl", "deno", "tfjs", "polars"] as const) {
      assertMatch(record.versions[name], /^\d+\.\d+\.\d+/);
    }
    assertEquals(parse(await Deno.readTextFile(`${run.path}/config.yaml`)), record.config);
    await run.saveFrames(0);
    await run.finish("failed", "Cannot do it");
    const ended = await readRecord(run.path);
    assertEquals([ended.status, ended.error], ["failed", "Cannot do it"]);
    assert(ended.finished! >= ended.started);
    assertEquals(listed(run.path).filter((name) => name.endsWith(".parquet")), [
      "answers.parquet",
      "baselines.parquet",
      "evaluations.parquet",
      "updates.parquet",
    ]);
  }));

Deno.test("RunFolder.create() takes an empty folder and refuses one with anything in it", () =>
  withFolder(async (out) => {
    const run = await RunFolder.create(description, { out });
    await run.finish("finished");
    const before = await Deno.readTextFile(`${out}/run.json`);
    const error = await assertRejects(
      () => RunFolder.create(description, { out }),
      RunError,
      `must be new or empty: ${out} exists`,
    );
    assertStringIncludes(error.remedy!, `--resume ${out}`);
    await Deno.writeTextFile(`${out}/file`, "");
    await assertRejects(() => RunFolder.create(description, { out: `${out}/file` }), RunError);
    assertEquals(await Deno.readTextFile(`${out}/run.json`), before);
  }));

Deno.test("RunFolder.create() leaves nothing behind when the record cannot be written", () =>
  withFolder(async (root) => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await assertRejects(
      () => RunFolder.create({ ...description, config: circular }, { out: `${root}/run` }),
      TypeError,
    );
    assertEquals(listed(root), []);
  }));

Deno.test("RunFolder.create() holds a folder that failed until it is removed", () =>
  withFolder(async (root) => {
    const path = `${root}/run`;
    const { open, remove } = Deno;
    const held: boolean[] = [];
    Deno.open = (file, options) =>
      options?.createNew ? Promise.reject(new Error("ENOSPC")) : open(file, options);
    Deno.remove = async (thing, options) => {
      if (thing === path) {
        using other = await open(`${path}/.lock`, { write: true });
        held.push(!await other.tryLock(true));
      }
      await remove(thing, options);
    };
    try {
      await assertRejects(() => RunFolder.create(description, { out: path }), RunError, "space");
    } finally {
      Object.assign(Deno, { open, remove });
    }
    assertEquals([held, listed(root)], [[true], []]);
  }));

Deno.test("RunFolder.create() says which folder cannot be made", () =>
  withFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "");
    const error = await assertRejects(
      () => RunFolder.create(description, { out: `${root}/file/run` }),
      RunError,
    );
    assertStringIncludes(error.message, `Cannot create ${root}/file`);
    await assertRejects(() => RunFolder.create(description, { root: `${root}/file` }), RunError);
  }));

Deno.test("RunFolder is held by one at a time, and let go by finish()", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    const error = await assertRejects(
      () => RunFolder.resume(run.path, changes),
      RunError,
      "one process at a time",
    );
    assertEquals(error.thing, run.path);
    assertEquals((await readRecord(run.path)).resumed, []);
    await run.finish("interrupted");
    await (await RunFolder.resume(run.path, changes)).finish("finished");
  }));

Deno.test("RunFolder.resume() goes on with the frames of the checkpoint's steps", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    for (const step of [1, 2, 3]) {
      run.updates.append([updateRow(step - 1)]);
      await run.saveFrames(step);
    }
    await run.finish("interrupted");
    const resumed = await RunFolder.resume(run.path, {
      ...changes,
      config: { ppo: { lr: 1e-4, betas: [0.9, 0.95], updates: 20 } },
    });
    await resumed.dropFramesAfter(2);
    resumed.updates.append([updateRow(2)]);
    await resumed.saveFrames(3);
    await resumed.finish("finished");
    const frame = await readFrame(`${run.path}/updates.parquet`);
    assertEquals(frame.getColumn("update").toArray(), [0, 1, 2]);
    const record = await readRecord(run.path);
    assertEquals([record.status, record.resumed.length], ["finished", 1]);
    assertEquals(record.config, { ppo: { lr: 1e-4, betas: [0.9, 0.95], updates: 20 } });
    assertEquals((await readRun(run.path)).config, record.config);
  }));

Deno.test("RunFolder.resume() refuses missing, foreign and broken folders, and edited configurations", () =>
  withFolder(async (root) => {
    const resume = (path: string) => RunFolder.resume(path, changes);
    await assertRejects(
      () => resume(`${root}/none`),
      RunError,
      `${root}/none as the folder of a run`,
    );
    await assertRejects(() => resume(root), RunError, "as the folder of a run");
    const run = await RunFolder.create(description, { out: `${root}/run` });
    await run.finish("interrupted");
    const config = await Deno.readTextFile(`${run.path}/config.yaml`);
    await Deno.writeTextFile(`${run.path}/config.yaml`, config.replace("0.95", "0.9"));
    await assertRejects(() => resume(run.path), RunError, "as the run left it: ppo.betas differ");
    await Deno.writeTextFile(`${run.path}/config.yaml`, config);
    const record = await Deno.readTextFile(`${run.path}/run.json`);
    const { config: _, ...withoutConfig } = await readRecord(run.path);
    const broken = [
      [record.slice(0, 40), "must be JSON"],
      ["{}", "no sha256"],
      ["[]", "no JSON object"],
      [record.replace('"seed": 7', '"seed": 8'), "was changed"],
      [record.replace('"format": 3', '"format": 2'), "was changed"],
      [record.replace('"format": 3', '"format": 1'), "of format 1, without hashes"],
      [sealJson({ ...withoutConfig, config: {}, format: 4 }), "its format is wrong"],
      [sealJson(withoutConfig), "its config is wrong"],
      [sealJson({ ...withoutConfig, config: {}, seed: "7" }), "its seed is wrong"],
      [sealJson({ ...withoutConfig, config: {}, resumed: [{}] }), "its resumed.0.device is wrong"],
    ] as const;
    for (const [text, message] of broken) {
      await Deno.writeTextFile(`${run.path}/run.json`, text);
      await assertRejects(() => resume(run.path), RunError, message);
      assertEquals(await Deno.readTextFile(`${run.path}/run.json`), text);
    }
  }));

Deno.test("RunFolder writes files of the experiment into folders of their own", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    await run.writeJson("checkpoints/000001/state.json", { step: 1 });
    await run.writeText("summary.md", "# Summary\n");
    assertEquals(
      await Deno.readTextFile(run.file("checkpoints/000001/state.json")),
      '{\n  "step": 1\n}\n',
    );
    await Deno.writeTextFile(`${run.path}/plots`, "in the way");
    assertRejectsSync(() => run.file("plots/a.svg"), `${run.path}/plots`);
    await run.finish("finished");
  }));

function assertRejectsSync(fn: () => unknown, text: string): void {
  try {
    fn();
  } catch (error) {
    assert(error instanceof RunError && error.message.includes(text), String(error));
    return;
  }
  throw new Error("nothing was thrown");
}
