import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parse } from "@std/yaml";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { readFrame, readRecord, readRun, RunFolder, writeSummary } from "../../lib/tracking/mod.ts";
import {
  changes,
  contents,
  description,
  finishedRun,
  half,
  listed,
  updateRow,
  withFolder,
} from "./tiny_run.ts";

const more = { ...changes, config: { ppo: { lr: 1e-4, betas: [0.9, 0.95], updates: 20 } } };

Deno.test("RunFolder.resume() changes nothing of a finished run before something is saved", async (t) => {
  const ends: Readonly<Record<string, (run: RunFolder) => Promise<void>>> = {
    interrupted: (run) => run.finish("interrupted"),
    failed: (run) => run.finish("failed", "Cannot go on"),
    killed: () => Promise.resolve(), // and the lock is let go below
  };
  for (const [name, end] of Object.entries(ends)) {
    await t.step(name, () =>
      withFolder(async (root) => {
        const path = await finishedRun(root);
        const before = contents(path);
        const run = await RunFolder.resume(path, more);
        await run.bindInputs({ base: "a".repeat(64) });
        await run.dropFramesAfter(2);
        run.updates.append([updateRow(9)]);
        await end(run);
        assertEquals(contents(path), before);
        if (name === "killed") return await run.finish("interrupted");
        await (await RunFolder.resume(path, changes)).finish("finished");
        const frame = await readFrame(`${path}/updates.parquet`);
        assertEquals(frame.getColumn("update").toArray(), [0, 1, 2, 3]);
      }));
  }
});

Deno.test("RunFolder.resume() says how a run ended that had not finished, and nothing else", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    await run.saveFrames(0);
    await run.finish("interrupted");
    await (await RunFolder.resume(run.path, more)).finish("failed", "Cannot go on");
    const record = await readRecord(run.path);
    assertEquals([record.status, record.error], ["failed", "Cannot go on"]);
    assertEquals([record.resumed, record.config], [[], { ppo: { lr: 1e-4, betas: [0.9, 0.95] } }]);
  }));

/** Lets the disk be full for every file that is made and whose path matches. */
async function withFullDisk(path: RegExp, work: () => Promise<void>): Promise<void> {
  const open = Deno.open;
  Deno.open = (file, options) =>
    options?.createNew && path.test(String(file))
      ? Promise.reject(new Error("No space left on device (os error 28)"))
      : open(file, options);
  try {
    await work();
  } finally {
    Deno.open = open;
  }
}

Deno.test("a run can be resumed again after a full disk anywhere in its first save", async (t) => {
  for (const file of [/run\.json/, /config\.yaml/, /parts\/updates/, /parts\/manifest/]) {
    await t.step(String(file), () =>
      withFolder(async (root) => {
        const path = await finishedRun(root);
        const rows = await readFrame(`${path}/updates.parquet`);
        await withFullDisk(file, async () => {
          const run = await RunFolder.resume(path, more);
          await run.dropFramesAfter(2);
          run.updates.append([updateRow(9)]);
          await assertRejects(() => run.saveFrames(3), RunError, "there must be space on the disk");
          await run.finish("failed", "disk full").catch(() => {});
        });
        assertEquals((await readRun(path)).status, "finished");
        const again = await RunFolder.resume(path, changes);
        await again.dropFramesAfter(3);
        await again.saveFrames(4);
        await again.finish("finished");
        assertEquals(
          (await readFrame(`${path}/updates.parquet`)).toRecords(),
          rows.toRecords(),
        );
        assertEquals(
          parse(await Deno.readTextFile(`${path}/config.yaml`)),
          (await readRecord(path)).config,
        );
      }));
  }
});

Deno.test("a crash between record and configuration is mended, however often, and an edit is refused", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    const yaml = () => Deno.readTextFile(`${path}/config.yaml`);
    const first = await yaml();
    for (const updates of [20, 30]) {
      const run = await RunFolder.resume(path, { ...more, config: { ppo: { updates } } });
      const before = await yaml();
      await run.saveFrames(4);
      await run.finish("interrupted");
      await Deno.writeTextFile(`${path}/config.yaml`, before); // as if it had not been written
      assertEquals((await readRun(path)).config, { ppo: { updates } });
    }
    await Deno.remove(`${path}/config.yaml`);
    await (await RunFolder.resume(path, more)).finish("interrupted");
    assertEquals(parse(await yaml()), { ppo: { updates: 30 } });
    await Deno.writeTextFile(`${path}/config.yaml`, first); // older than the last change
    await assertRejects(() => readRun(path), RunError, "as the run left it");
  }));

Deno.test("RunFolder.resume() removes what killed processes left, and follows no link for it", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    await Deno.mkdir(`${root}/other`);
    const left = ["run.json.0123abcd.tmp", "parts/updates/x.parquet.0123abcd.tmp", "notes.tmp"];
    for (const name of left) await Deno.writeTextFile(`${path}/${name}`, "");
    await Deno.mkdir(`${path}/checkpoints/.update-00003.0123abcd.tmp`, { recursive: true });
    await Deno.writeTextFile(`${root}/other/a.0123abcd.tmp`, "");
    if (Deno.build.os !== "windows") await Deno.symlink(`${root}/other`, `${path}/link`);
    const run = await RunFolder.resume(path, changes);
    const names = [...contents(path).keys()].filter((name) => name.endsWith(".tmp"));
    assertEquals(names, ["notes.tmp"]); // somebody's own
    assertEquals(listed(`${path}/checkpoints`), []);
    assertEquals(listed(`${root}/other`), ["a.0123abcd.tmp"]);
    await run.finish("finished");
  }));

Deno.test("a run that goes on marks the summary of before, once, until another is written", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    await Deno.writeTextFile(`${path}/summary.md`, "# tiny\n");
    const times: string[] = [];
    for (const step of [4, 5]) {
      const run = await RunFolder.resume(path, changes);
      assertEquals((await Deno.readTextFile(`${path}/summary.md`)).endsWith("# tiny\n"), true);
      await run.saveFrames(step);
      times.push(run.record.resumed.at(-1)!.time);
      await run.finish("interrupted");
      assertEquals(
        await Deno.readTextFile(`${path}/summary.md`),
        `> Of before ${times[0]}, when the run was gone on with.\n\n# tiny\n`,
      );
    }
    const run = await RunFolder.resume(path, changes);
    await run.saveFrames(6);
    await writeSummary(run, { tables: [] });
    await run.finish("finished");
    assert((await Deno.readTextFile(`${path}/summary.md`)).startsWith("# tiny, seed 7"));
  }));

Deno.test("RunFolder.bindInputs() refuses another base or verifier than at the start", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    for (const inputs of [{ base: "b".repeat(64) }, {}, { base: "a".repeat(64), verifier: "c" }]) {
      const run = await RunFolder.resume(path, changes);
      const error = await assertRejects(() => run.bindInputs(inputs), CheckpointError);
      assertStringIncludes(error.message, "must be that of its start");
      await run.finish("failed", error.message);
    }
    const run = await RunFolder.resume(path, changes);
    // Before the verifier is known, which depends on it.
    assertThrows(() => run.checkInputs({ base: "b" }), CheckpointError, "its base must be that of");
    run.checkInputs({ base: "a".repeat(64) });
    await run.bindInputs({ base: "a".repeat(64) });
    await run.finish("finished");
    const started = await RunFolder.create(description, { out: `${root}/new` });
    started.checkInputs({ base: "b" });
    await started.finish("failed");
  }));

Deno.test("rows of a run of other settings, another seed, base or device are refused", async (t) => {
  const others = {
    settings: { description: { ...description, config: { ppo: { lr: 1e-3 } } }, base: "a" },
    seed: { description: { ...description, seed: 8 }, base: "a" },
    base: { description, base: "b" },
    dtype: { description: { ...description, device: half }, base: "a" },
  };
  for (const [key, other] of Object.entries(others)) {
    await t.step(key, () =>
      withFolder(async (root) => {
        const path = await finishedRun(root);
        const run = await RunFolder.create(other.description, { out: `${root}/other` });
        await run.bindInputs({ base: other.base.repeat(64) });
        run.updates.append([updateRow(0)]);
        for (const step of [0, 1, 2]) await run.saveFrames(step);
        await run.finish("finished");
        await Deno.remove(`${path}/parts`, { recursive: true });
        await Deno.rename(`${run.path}/parts`, `${path}/parts`);
        const resumed = await RunFolder.resume(path, changes);
        await assertRejects(() => resumed.dropFramesAfter(2), CheckpointError, `its ${key} is`);
        await resumed.finish("failed");
        for (const name of ["manifest.json", "updates.parquet"]) {
          await Deno.copyFile(`${run.path}/${name}`, `${path}/${name}`);
        }
        const error = await assertRejects(() => readFrame(`${path}/updates.parquet`));
        assert(error instanceof CheckpointError && error.message.includes(`its ${key} is`));
      }));
  }
});

Deno.test("readFrame() refuses a frame that its run does not list, until it was resumed", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    await Deno.copyFile(`${path}/updates.parquet`, `${path}/mine.parquet`);
    await Deno.remove(`${path}/manifest.json`);
    assertEquals((await readFrame(`${path}/mine.parquet`)).height, 4);
    const read = () => readFrame(`${path}/updates.parquet`);
    const error = await assertRejects(read, CheckpointError, "it must be listed in the manifest");
    assert(error.remedy?.startsWith("Resume the run to write it again"), error.message);
    await (await RunFolder.resume(path, changes)).finish("finished");
    assertEquals((await read()).height, 4);
  }));

Deno.test("what may change on resume does not tell runs apart", () =>
  withFolder(async (root) => {
    const changeable = ["ppo.updates", "every"];
    const run = async (name: string, config: object) => {
      const run = await RunFolder.create({ ...description, config, changeable }, {
        out: `${root}/${name}`,
      });
      await run.finish("finished");
      return run.identity;
    };
    const one = await run("a", { ppo: { updates: 1, lr: 1 }, every: { step: 2 } });
    assertEquals(await run("b", { ppo: { lr: 1, updates: 2 } }), one);
    assert((await run("c", { ppo: { updates: 1, lr: 2 } })).settings !== one.settings);
  }));
