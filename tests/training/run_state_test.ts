import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import {
  listRunStates,
  loadRunState,
  saveRunState,
  type TrainedState,
} from "../../lib/training/mod.ts";
import { makeVariable } from "../../lib/models/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { assertNoLeak } from "../support/tensors.ts";
import { free, listed, numbersOf, stateOf, trainedState, zeroGrads } from "./trained_state.ts";

await startTestDevice();

Deno.test("loadRunState() gives back weights, moments, steps and the update exactly", () =>
  withTempFolder(async (folder) => {
    const [saved, fresh] = [trainedState(1, 3), trainedState(2, 0)];
    await saveRunState(`${folder}/new/checkpoints`, stateOf(7), saved);
    assertEquals(await loadRunState(`${folder}/new/checkpoints`, fresh), stateOf(7));
    assertEquals(await numbersOf(fresh), await numbersOf(saved));
    assertEquals((await numbersOf(fresh)).steps, [["shared/rest", 3], ["base", 3]]);
    free(saved);
    free(fresh);
  }));

Deno.test("loadRunState() without a checkpoint gives undefined and changes nothing", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    const before = await numbersOf(trained);
    assertEquals(await loadRunState(`${folder}/none`, trained), undefined);
    await Deno.mkdir(`${folder}/empty`);
    assertEquals(await loadRunState(`${folder}/empty`, trained), undefined);
    assertEquals(await numbersOf(trained), before);
    free(trained);
  }));

Deno.test("saveRunState() keeps the newest checkpoints and replaces one of the same update", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    for (const update of [8, 9, 10, 11]) await saveRunState(folder, stateOf(update), trained);
    assertEquals(await listRunStates(folder), ["update-00010", "update-00011"]);
    const first = [...trained.variables.values()][0]!;
    tf.tidy(() => first.assign(tf.onesLike(first)));
    await saveRunState(folder, stateOf(11), { ...trained, keep: 1 });
    assertEquals(listed(folder), ["update-00011"]);
    const fresh = trainedState(2, 0);
    await loadRunState(folder, fresh);
    assertEquals(await numbersOf(fresh), await numbersOf(trained));
    free(trained);
    free(fresh);
  }));

Deno.test("loadRunState() ignores what a crash has left half done, and the next save removes it", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    await Deno.mkdir(`${folder}/.update-00002.12345678.tmp`);
    await Deno.writeTextFile(`${folder}/.update-00002.12345678.tmp/weights.safetensors`, "half");
    await Deno.writeTextFile(`${folder}/update-00003`, "a file, no checkpoint");
    assertEquals((await loadRunState(folder, trained))?.update, 1);
    await saveRunState(folder, stateOf(2), trained);
    assertEquals(listed(folder), ["update-00001", "update-00002", "update-00003"]);
    free(trained);
  }));

Deno.test("loadRunState() says once what lies beside checkpoints and is none, and leaves it", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    await Deno.mkdir(`${folder}/update-1`); // not a name that is written here
    await Deno.mkdir(`${folder}/.update-00002.12345678.tmp`);
    await Deno.writeTextFile(`${folder}/my notes.txt`, "keep");
    const lines: string[] = [];
    await loadRunState(folder, { ...trained, onLeft: (line) => void lines.push(line) });
    assertEquals(lines, [
      `${folder} holds what is no checkpoint and is left alone: "my notes.txt", update-1`,
    ]);
    await saveRunState(folder, stateOf(2), trained);
    assertEquals(listed(folder), ["my notes.txt", "update-00001", "update-00002", "update-1"]);
    await Deno.remove(`${folder}/my notes.txt`);
    await Deno.remove(`${folder}/update-1`);
    await loadRunState(folder, { ...trained, onLeft: (line) => void lines.push(line) });
    assertEquals(lines.length, 1);
    free(trained);
  }));

/** Lets the disk be full from the n-th file on that is made for writing. */
async function withFullDisk(fromFile: number, test: () => Promise<void>): Promise<void> {
  const open = Deno.open;
  let numFiles = 0;
  Deno.open = (path, options) => {
    if (options?.createNew && ++numFiles >= fromFile) {
      return Promise.reject(new Error("No space left on device (os error 28)"));
    }
    return open(path, options);
  };
  try {
    await test();
  } finally {
    Deno.open = open;
  }
}

Deno.test("saveRunState() on a full disk keeps the earlier checkpoint and leaves nothing behind", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    const before = await numbersOf(trained);
    tf.tidy(() => trained.optimizers.get("base")!.step(zeroGrads(trained), 0.1));
    for (const file of [1, 2, 3, 4]) { // weights, moments, state.json, manifest.json
      await withFullDisk(file, async () => {
        for (const update of [1, 2]) { // also where it would replace what is there
          const error = await assertRejects(
            () => saveRunState(folder, stateOf(update), trained),
            RunError,
            "there must be space on the disk",
          );
          assert(error.remedy?.includes("what was saved before is untouched"), error.message);
        }
      });
      assertEquals(listed(folder), ["update-00001"]);
    }
    const fresh = trainedState(2, 0);
    assertEquals((await loadRunState(folder, fresh))?.update, 1);
    assertEquals(await numbersOf(fresh), before);
    free(trained);
    free(fresh);
  }));

Deno.test("saveRunState() says it when its folder cannot be made", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/checkpoints`, "a file");
    const trained = trainedState(1, 0);
    await assertRejects(
      () => saveRunState(`${folder}/checkpoints`, stateOf(1), trained),
      RunError,
      `Cannot create ${folder}/checkpoints`,
    );
    assertEquals(listed(folder), ["checkpoints"]);
    free(trained);
  }));

Deno.test("loadRunState() refuses a checkpoint of other settings and changes no weight", () =>
  withTempFolder(async (folder) => {
    const [saved, own] = [trainedState(1, 1), trainedState(2, 0)];
    const before = await numbersOf(own);
    const [name, variable] = [...own.variables][0]!;
    const other = makeVariable(new Float32Array(1), [1]);
    const settings: [TrainedState, string][] = [
      [{ ...own, variables: new Map([...own.variables].slice(1)) }, `unexpected: ${name}`],
      [{ ...own, variables: new Map([...own.variables, ["extra", other]]) }, "missing: extra"],
      [{ ...own, variables: new Map([...own.variables, [name, other]]) }, "misshaped"],
      [{ ...own, optimizers: new Map([["agent_1/rest", own.optimizers.get("base")!]]) }, "agent_1"],
    ];
    await saveRunState(folder, stateOf(1), saved);
    for (const [settingsNow, reason] of settings) {
      const error = await assertRejects(
        () => loadRunState(folder, settingsNow),
        CheckpointError,
        reason,
      );
      assert(error.remedy?.includes("settings that the run was started with"), error.message);
    }
    assertEquals(await variable.data(), before.variables.get(name));
    other.dispose();
    free(saved);
    free(own);
  }));

Deno.test("saveRunState() and loadRunState() leak no tensors", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await assertNoLeak(() => saveRunState(folder, stateOf(1), trained));
    await assertNoLeak(() => loadRunState(folder, trained));
    free(trained);
  }));
