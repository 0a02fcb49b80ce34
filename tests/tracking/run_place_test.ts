import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/core/mod.ts";
import { holdsNothing, readRecord, RunFolder } from "../../lib/tracking/mod.ts";
import { whileUnlistable } from "../support/unlistable.ts";
import { changes, description, listed, updateRow, withFolder } from "./tiny_run.ts";

/** What a start leaves that was killed, by when. */
const KILLED: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "before its lock": async () => {},
  "between its lock and its record": (path) => Deno.writeTextFile(`${path}/.lock`, ""),
  "while it wrote its record": async (path) => {
    await Deno.writeTextFile(`${path}/.lock`, "");
    await Deno.writeTextFile(`${path}/run.json.1a2b3c4d.tmp`, "{");
  },
  "between its record and its configuration": async (path) => {
    await Deno.remove(path);
    await (await RunFolder.create(description, { out: path })).finish("interrupted");
    await Deno.remove(`${path}/config.yaml`);
  },
  "before it saved anything": async (path) => {
    await Deno.remove(path);
    const run = await RunFolder.create({ ...description, seed: 1 }, { out: path });
    run.file("checkpoints/update-00000/weights.safetensors"); // makes folders
    await run.finish("failed", "Cannot load base");
  },
};

Deno.test("RunFolder.create() takes over what a start left that saved nothing", async (t) => {
  for (const [when, leave] of Object.entries(KILLED)) {
    await t.step(when, () =>
      withFolder(async (root) => {
        const out = `${root}/run`;
        await Deno.mkdir(out);
        await leave(out);
        assert(await holdsNothing(out));
        const run = await RunFolder.create(description, { out });
        assertEquals(listed(out).filter((name) => name !== "checkpoints"), [
          ".lock",
          "config.yaml",
          "run.json",
        ]);
        await run.finish("finished");
        assertEquals((await readRecord(out)).seed, 7);
        await (await RunFolder.resume(out, changes)).finish("finished");
      }));
  }
});

Deno.test("RunFolder.create() refuses a folder in which anything could be lost, and changes nothing", async (t) => {
  const cases: [string, (path: string) => Promise<void>, boolean][] = [
    ["a finished run", async (path) => {
      await (await RunFolder.create(description, { out: path })).finish("finished");
    }, true],
    ["saved rows", async (path) => {
      const run = await RunFolder.create(description, { out: path });
      run.updates.append([updateRow(0)]);
      await run.saveFrames(1);
      await run.finish("failed", "Cannot go on");
    }, true],
    ["a file of the experiment", async (path) => {
      const run = await RunFolder.create(description, { out: path });
      await run.writeText("model/notes.md", "");
      await run.finish("interrupted");
    }, true],
    ["somebody's files", async (path) => {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/config.yaml`, "of a person");
    }, false],
    ["a broken record", async (path) => {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/run.json`, "{}");
    }, false],
  ];
  for (const [name, fill, isRun] of cases) {
    await t.step(name, () =>
      withFolder(async (root) => {
        const out = `${root}/my run`;
        await fill(out);
        const before = listed(out);
        assert(!await holdsNothing(out));
        const error = await assertRejects(
          () => RunFolder.create(description, { out }),
          RunError,
          `must be new or empty: "${out}" exists`,
        );
        assertEquals(
          error.remedy,
          "Choose another folder with --out" +
            (isRun ? `, or go on with it: --resume '${out}'` : ""),
        );
        assertEquals(listed(out), before);
        if (isRun) await (await RunFolder.resume(out, changes)).finish("finished"); // as it says
      }));
  }
});

Deno.test("RunFolder.create() says it when it may not look into a folder", () =>
  withFolder(async (root) => {
    const error = await assertRejects(
      () => whileUnlistable(() => RunFolder.create(description, { out: root }), root),
      RunError,
      `Cannot read ${root} as you must have the right to`,
    );
    assert(error.remedy !== undefined);
  }));

Deno.test("RunFolder.create() refuses a run that another process holds", () =>
  withFolder(async (root) => {
    const out = `${root}/run`;
    const run = await RunFolder.create(description, { out });
    await assertRejects(
      () => RunFolder.create(description, { out }),
      RunError,
      "one process at a time",
    );
    await run.finish("finished");
  }));

Deno.test({
  name: "RunFolder.create() says it when the folder is a file or a link to nothing",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withFolder(async (root) => {
      await Deno.writeTextFile(`${root}/file`, "");
      await Deno.symlink(`${root}/nowhere`, `${root}/link`);
      await Deno.mkdir(`${root}/folder`);
      await Deno.symlink(`${root}/folder`, `${root}/good`);
      for (const [name, what] of [["file", "is a file"], ["link", "is a link to nothing"]]) {
        const error = await assertRejects(
          () => RunFolder.create(description, { out: `${root}/${name}` }),
          RunError,
          `${name} ${what}`,
        );
        assertEquals(error.remedy, "Choose another folder with --out");
      }
      await (await RunFolder.create(description, { out: `${root}/good/` })).finish("finished");
      assertEquals((await readRecord(`${root}/folder`)).status, "finished");
    }),
});
