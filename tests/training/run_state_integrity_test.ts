import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { listRunStates, loadRunState, saveRunState } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { whileUnlistable } from "../support/unlistable.ts";
import {
  free,
  listed,
  numbersOf,
  onesGrads,
  stateOf,
  trainedState,
  zeroGrads,
} from "./trained_state.ts";

await startTestDevice();

/** Changes a bit of a file in its middle. */
async function flip(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await Deno.writeFile(path, bytes);
}

async function change(path: string, changes: object): Promise<void> {
  const state = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...state, ...changes }));
}

Deno.test("loadRunState() refuses checkpoints that are damaged, naming the file and the remedy", async (t) => {
  const truncate = async (path: string) => await Deno.truncate(path, 200);
  const files = ["weights.safetensors", "optimizer.safetensors", "state.json", "manifest.json"];
  const cases: [string, string, (path: string) => Promise<void>][] = [
    ...files.map((file) => [`${file} is missing`, file, Deno.remove] as (typeof cases)[number]),
    ...files.map((file) => [`a bit of ${file} flipped`, file, flip] as (typeof cases)[number]),
    ["state.json is no JSON", "state.json", (path) => Deno.writeTextFile(path, "{")],
    ["state.json is foreign", "state.json", (path) => Deno.writeTextFile(path, '{"update": 1}')],
    ["another update", "state.json", (path) => change(path, { update: 9 })],
    ["other steps", "state.json", (path) => change(path, { optimizerSteps: { base: 9 } })],
    ["weights are truncated", "weights.safetensors", truncate],
    ["weights are foreign", "weights.safetensors", (path) => Deno.writeTextFile(path, "GGUF....")],
    ["moments are truncated", "optimizer.safetensors", truncate],
    ["a file was put there", "notes.txt", (path) => Deno.writeTextFile(path, "")],
  ];
  for (const [name, file, damage] of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const trained = trainedState(1, 1);
        await saveRunState(folder, stateOf(0), trained);
        const before = await numbersOf(trained);
        tf.tidy(() => trained.optimizers.get("base")!.step(zeroGrads(trained), 0.1));
        await saveRunState(folder, stateOf(1), trained);
        await damage(`${folder}/update-00001/${file}`);
        const unchanged = await numbersOf(trained);
        const error = await assertRejects(() => loadRunState(folder, trained), CheckpointError);
        assert(error.message.includes(`${folder}/update-00001/${file}`), error.message);
        assertEquals(error.remedy, "Remove this checkpoint folder to resume from the one before");
        assertEquals(await numbersOf(trained), unchanged);
        // The remedy works.
        await Deno.remove(`${folder}/update-00001`, { recursive: true });
        assertEquals(await loadRunState(folder, trained), stateOf(0));
        assertEquals(await numbersOf(trained), before);
        // The only one is not to be removed: the run could not go on without.
        await damage(`${folder}/update-00000/${file}`);
        const last = await assertRejects(() => loadRunState(folder, trained), CheckpointError);
        assertEquals(last.remedy, "Restore it from a copy, or start a new run");
        free(trained);
      }));
  }
});

Deno.test("loadRunState() refuses a checkpoint that is mixed from two, of another update or run", async (t) => {
  const cases: [string, string, (folder: string) => Promise<void>][] = [
    [
      "weights of the one before",
      "weights.safetensors as it must be as it was written",
      (f) =>
        Deno.copyFile(
          `${f}/update-00000/weights.safetensors`,
          `${f}/update-00001/weights.safetensors`,
        ),
    ],
    [
      "renamed",
      "its update is 1, that of the run 7",
      (f) => Deno.rename(`${f}/update-00001`, `${f}/update-00007`),
    ],
    ["of another seed", "its seed is 2, that of the run 1", async (f) => {
      const other = trainedState(1, 2);
      await saveRunState(f, stateOf(1), { ...other, identity: { seed: 2, base: "b" } });
      free(other);
    }],
    ["of another base", 'its base is "c", that of the run "b"', async (f) => {
      const other = trainedState(1, 2);
      await saveRunState(f, stateOf(1), { ...other, identity: { seed: 1, base: "c" } });
      free(other);
    }],
  ];
  for (const [name, message, mix] of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const trained = { ...trainedState(1, 1), identity: { seed: 1, base: "b" } };
        await saveRunState(folder, stateOf(0), trained);
        tf.tidy(() => trained.optimizers.get("base")!.step(onesGrads(trained), 0.1));
        await saveRunState(folder, stateOf(1), trained);
        await mix(folder);
        await assertRejects(() => loadRunState(folder, trained), CheckpointError, message);
        free(trained);
      }));
  }
});

Deno.test("listRunStates() sorts by number, whatever its width, and pruning keeps the newest", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 0);
    for (const update of [99_998, 99_999, 100_000, 100_001]) {
      await saveRunState(folder, stateOf(update), trained);
    }
    assertEquals(listed(folder), ["update-100000", "update-100001"]);
    assertEquals((await loadRunState(folder, trained))?.update, 100_001);
    await saveRunState(folder, stateOf(99_999), { ...trained, keep: 3 });
    assertEquals(await listRunStates(folder), ["update-99999", "update-100000", "update-100001"]);
    free(trained);
  }));

Deno.test({
  name: "links to checkpoints are followed to read them, and nothing behind them is removed",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withTempFolder(async (folder) => {
      const [root, other] = [`${folder}/checkpoints`, `${folder}/elsewhere`];
      const [saved, fresh] = [trainedState(1, 3), trainedState(2, 0)];
      for (const update of [1, 2]) await saveRunState(other, stateOf(update), saved);
      await Deno.mkdir(root);
      for (const name of listed(other)) await Deno.symlink(`${other}/${name}`, `${root}/${name}`);
      assertEquals(await loadRunState(root, fresh), stateOf(2));
      assertEquals(await numbersOf(fresh), await numbersOf(saved));
      // The links go as old checkpoints do, what they lead to stays.
      for (const update of [2, 3, 4]) await saveRunState(root, stateOf(update), fresh);
      assertEquals(listed(root), ["update-00003", "update-00004"]);
      assertEquals(listed(other), ["update-00001", "update-00002"]);

      const link = `${folder}/link`;
      await Deno.symlink(other, link);
      await Deno.mkdir(`${other}/.update-00001.12345678.tmp`);
      assertEquals(await loadRunState(link, fresh), stateOf(2));
      for (const update of [3, 4]) await saveRunState(link, stateOf(update), fresh);
      assertEquals(listed(other).length, 5);
      const error = await assertRejects(() => saveRunState(link, stateOf(4), fresh), RunError);
      assert(error.message.includes("nothing is replaced behind a link"), error.message);
      assertEquals(listed(other).length, 5);
      free(saved);
      free(fresh);
    }),
});

Deno.test("saveRunState() that is killed between two renames loses neither checkpoint", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    await saveRunState(folder, stateOf(1), trained);
    await Deno.rename(`${folder}/update-00001`, `${folder}/.update-00001.old`); // the first of them
    const fresh = trainedState(2, 0);
    assertEquals(await loadRunState(folder, fresh), stateOf(1));
    assertEquals(await numbersOf(fresh), await numbersOf(trained));
    await Deno.mkdir(`${folder}/.update-00001.old`); // after the second
    await saveRunState(folder, stateOf(2), trained);
    assertEquals(listed(folder), ["update-00001", "update-00002"]);
    free(trained);
    free(fresh);
  }));

Deno.test("saveRunState() that cannot remove an old checkpoint has saved the new one all the same", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    const remove = Deno.remove;
    Deno.remove = () => Promise.reject(new Deno.errors.PermissionDenied("no"));
    try {
      for (const update of [1, 2, 3]) await saveRunState(folder, stateOf(update), trained);
    } finally {
      Deno.remove = remove;
    }
    assertEquals((await loadRunState(folder, trained))?.update, 3);
    await saveRunState(folder, stateOf(4), trained);
    assertEquals(listed(folder), ["update-00003", "update-00004"]);
    free(trained);
  }));

Deno.test("saveRunState() that cannot look for old checkpoints has saved the new one, and says what stays", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    const lines: string[] = [];
    const onLeft = (line: string) => void lines.push(line);
    await whileUnlistable(() => saveRunState(folder, stateOf(1), { ...trained, onLeft }));
    assertEquals(lines.map((line) => line.slice(0, 35)), ["Old checkpoints stay: Cannot read /"]);
    assertEquals((await loadRunState(folder, trained))?.update, 1);
    free(trained);
  }));

/** Notes the folders that are flushed. */
async function syncedFolders(work: () => Promise<void>): Promise<string[]> {
  const open = Deno.open;
  const synced: string[] = [];
  Deno.open = async (path, options) => {
    if (options === undefined && (await Deno.stat(path)).isDirectory) synced.push(String(path));
    return await open(path, options);
  };
  try {
    await work();
  } finally {
    Deno.open = open;
  }
  return synced;
}

Deno.test("saveRunState() flushes the folder that a checkpoint gets its name in", () =>
  withTempFolder(async (folder) => {
    const trained = trainedState(1, 1);
    const root = `${folder}/checkpoints`;
    const synced = await syncedFolders(() => saveRunState(root, stateOf(1), trained));
    assertEquals(synced[0], folder); // in which the root was made
    assertEquals(synced.at(-1), root); // after the last rename
    free(trained);
  }));
