import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { RunError } from "../../lib/core/mod.ts";
import { readRecord, readRun, RunFolder } from "../../lib/tracking/mod.ts";
import { changes, contents, description, listed, withFolder } from "./tiny_run.ts";

// What a run writes it reads again: run.json of at most 4 MiB, config.yaml of at most 1 MiB.

Deno.test("RunFolder.create() refuses settings and command lines that it could not read again", async (t) => {
  const long = "x".repeat(2 ** 20);
  const cases = {
    "config.yaml as it must be short enough": { ...description, config: { long } },
    // Fewer characters than bytes.
    "as it must be short enough": { ...description, config: { text: "é".repeat(600_000) } },
    // More values than a YAML file may have; the package that writes it runs out of stack.
    "to be read again: the settings take": {
      ...description,
      config: { list: Array(250_000).fill(1) },
    },
    "run.json as it must have at most": { ...description, commandLine: Array(5).fill(long) },
  };
  for (const [message, started] of Object.entries(cases)) {
    await t.step(message, () =>
      withFolder(async (root) => {
        const create = () => RunFolder.create(started, { out: `${root}/run` });
        const error = await assertRejects(create, RunError, message);
        assertStringIncludes(error.remedy!, "Shorten the");
        assertEquals(listed(root), []);
      }));
  }
});

Deno.test("RunFolder.resume() refuses to go on with what it could not read again afterwards", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    await run.saveFrames(0);
    await run.finish("interrupted");
    const before = contents(run.path);
    const config = { text: "x".repeat(2 ** 20) };
    const longer = { ...changes, config };
    await assertRejects(() => RunFolder.resume(run.path, longer), RunError, "short enough");
    const commandLine = Array(5).fill("x".repeat(2 ** 20));
    const resume = () => RunFolder.resume(run.path, { ...changes, commandLine });
    const error = await assertRejects(resume, RunError, "run.json as it must have at most");
    assertStringIncludes(error.remedy!, "Start a new run");
    assertEquals(contents(run.path), before);
    await (await RunFolder.resume(run.path, changes)).finish("finished");
  }));

Deno.test("RunFolder.finish() keeps the beginning of an error that is too long", () =>
  withFolder(async (root) => {
    const run = await RunFolder.create(description, { out: `${root}/run` });
    await run.saveFrames(0);
    await run.finish("failed", "it failed: " + "é".repeat(5 * 2 ** 20));
    const { error } = await readRecord(run.path);
    assert(error!.startsWith("it failed: ") && error!.length === 8000);
    assertEquals((await readRun(run.path)).status, "failed");
  }));

Deno.test("readRecord() tells a folder that is not there from one that is no run", () =>
  withFolder(async (root) => {
    const nothing = await assertRejects(() => readRecord(`${root}/nothing`), RunError);
    assertStringIncludes(
      nothing.message,
      "nothing as the folder of a run: there is no such folder",
    );
    assertEquals(nothing.remedy, "Check the path for spelling");
    await assertRejects(() => readRecord(root), RunError, "it has no run.json");
  }));
