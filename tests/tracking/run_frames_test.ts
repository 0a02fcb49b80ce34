import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { readFrame, RunFrames } from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const columns = {
  update: { type: "int", unit: "", meaning: "" },
  tokens: { type: "ints", unit: "", meaning: "" },
} as const;

const updatesOf = async (folder: string) =>
  (await readFrame(`${folder}/rows.parquet`)).getColumn("update").toArray();
const row = (update: number) => ({ update, tokens: [update, 1] });

Deno.test("RunFrames merges the parts of all steps in order", () =>
  withTempFolder(async (folder) => {
    const frames = new RunFrames(folder, { rows: columns });
    for (const step of [1, 2, 10]) {
      frames.writers.rows.append([row(step), row(step)]);
      await frames.save(step);
      await frames.save(step); // nothing new: no part
    }
    frames.writers.rows.append([row(100)]);
    await frames.save(10); // a second part of the same step
    assertEquals(await frames.merge(), { rows: 7 });
    assertEquals(await updatesOf(folder), [1, 1, 2, 2, 10, 10, 100]);
    assertEquals([...Deno.readDirSync(`${folder}/parts/rows`)].length, 4);
  }));

Deno.test("RunFrames takes back the steps after a checkpoint, as after a crash", () =>
  withTempFolder(async (folder) => {
    const frames = new RunFrames(folder, { rows: columns });
    for (const step of [1, 2, 3]) {
      frames.writers.rows.append([row(step)]);
      await frames.save(step);
    }
    const resumed = new RunFrames(folder, { rows: columns });
    await resumed.load();
    resumed.writers.rows.append([row(99)]);
    resumed.dropAfter(2);
    resumed.writers.rows.append([row(3)]);
    await resumed.save(3);
    await resumed.merge();
    assertEquals(await updatesOf(folder), [1, 2, 3]);
  }));

Deno.test("RunFrames without rows writes an empty frame with its columns", () =>
  withTempFolder(async (folder) => {
    assertEquals(await new RunFrames(folder, { rows: columns }).merge(), { rows: 0 });
    const frame = await readFrame(`${folder}/rows.parquet`);
    assertEquals([frame.height, frame.columns], [0, ["update", "tokens"]]);
  }));

Deno.test("RunFrames keeps the rows that could not be written", () =>
  withTempFolder(async (folder) => {
    const frames = new RunFrames(folder, { rows: columns });
    frames.writers.rows.append([row(1)]);
    await Deno.writeTextFile(`${folder}/parts`, "in the way");
    await assertRejects(() => frames.save(1), RunError, `${folder}/parts`);
    await Deno.remove(`${folder}/parts`);
    await frames.save(1);
    assertEquals(await frames.merge(), { rows: 1 });
  }));

Deno.test("readFrame() refuses missing, truncated and foreign files", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/rows.parquet`;
    await assertRejects(() => readFrame(path), RunError, "path must exist");
    const frames = new RunFrames(folder, { rows: columns });
    frames.writers.rows.append(Array.from({ length: 100 }, (_, i) => row(i)));
    await frames.save(1);
    await frames.merge();
    const bytes = await Deno.readFile(path);
    for (
      const bad of [bytes.subarray(0, bytes.length >> 1), new TextEncoder().encode("a,b\n1,2\n")]
    ) {
      await Deno.writeFile(path, bad);
      await Deno.rename(`${folder}/manifest.json`, `${folder}/aside`);
      const error = await assertRejects(() => readFrame(path), RunError, "whole Parquet file");
      assert(error.message.includes(path));
      await Deno.rename(`${folder}/aside`, `${folder}/manifest.json`);
      await assertRejects(() => readFrame(path), CheckpointError, "rows.parquet as it must have");
    }
  }));

/** A run's frames with a part for each of three steps. */
async function threeSteps(folder: string): Promise<RunFrames<{ rows: typeof columns }>> {
  const frames = new RunFrames(folder, { rows: columns }, () => ({ seed: 1 }));
  for (const step of [0, 1, 2]) {
    frames.writers.rows.append([row(step)]);
    await frames.save(step);
  }
  return frames;
}

Deno.test("RunFrames refuses parts that are missing, changed, swapped or of another run, by name", async (t) => {
  const [first, second] = ["parts/rows/000000-000000.parquet", "parts/rows/000001-000000.parquet"];
  const manifest = "parts/manifest.json";
  const cases: [string, string, (folder: string) => Promise<void>][] = [
    ["missing", `${second} as it must exist`, (f) => Deno.remove(`${f}/${second}`)],
    ["swapped", `${first} as it must be as it was written`, async (f) => {
      const bytes = await Deno.readFile(`${f}/${first}`);
      await Deno.copyFile(`${f}/${second}`, `${f}/${first}`);
      await Deno.writeFile(`${f}/${second}`, bytes);
    }],
    ["a bit flipped", `${first} as it must be as it was written`, async (f) => {
      const bytes = await Deno.readFile(`${f}/${first}`);
      bytes[20]! ^= 4;
      await Deno.writeFile(`${f}/${first}`, bytes);
    }],
    ["a changed manifest", `${manifest} as a manifest: it was changed`, async (f) => {
      const text = await Deno.readTextFile(`${f}/${manifest}`);
      await Deno.writeTextFile(`${f}/${manifest}`, text.replace('"lastStep": 2', '"lastStep": 1'));
    }],
    ["of another run", "its seed is 2, that of the run 1", async (f) => {
      const other = new RunFrames(f, { rows: columns }, () => ({ seed: 2 }));
      other.writers.rows.append([row(0)]);
      for (const step of [0, 1, 2]) await other.save(step);
    }],
    ["of other frames", `${manifest} as it must list parts of frames`, async (f) => {
      const other = new RunFrames(f, { others: columns }, () => ({ seed: 1 }));
      other.writers.others.append([row(0)]);
      await other.save(0);
    }],
    [
      "no manifest",
      "rows saved with its checkpoint of step 2 must be there",
      (f) => Deno.remove(`${f}/${manifest}`),
    ],
    [
      "an older manifest",
      "the rows saved with its checkpoint of step 2 must be there: the last ones are of step 0",
      async (f) => {
        const early = `${f}/early`;
        await Deno.mkdir(early);
        const other = new RunFrames(early, { rows: columns }, () => ({ seed: 1 }));
        other.writers.rows.append([row(0)]);
        await other.save(0);
        await Deno.copyFile(`${early}/${manifest}`, `${f}/${manifest}`);
      },
    ],
  ];
  for (const [name, message, damage] of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        await threeSteps(folder);
        await damage(folder);
        const resumed = new RunFrames(folder, { rows: columns }, () => ({ seed: 1 }));
        const error = await assertRejects(
          async () => {
            await resumed.load();
            await resumed.checkOwner();
            resumed.dropAfter(2);
            await resumed.merge();
          },
          CheckpointError,
          message,
        );
        assert(error.remedy!.endsWith("or start a new run"), error.message);
      }));
  }
});

Deno.test("RunFrames passes over parts that were never saved, and removes them with the next save", () =>
  withTempFolder(async (folder) => {
    const frames = await threeSteps(folder);
    const parts = `${folder}/parts/rows`;
    await Deno.copyFile(`${parts}/000000-000000.parquet`, `${parts}/000000-000001.parquet`); // doubled
    await Deno.copyFile(`${parts}/000000-000000.parquet`, `${parts}/000007-000000.parquet`);
    assertEquals(await frames.merge(), { rows: 3 });
    const resumed = new RunFrames(folder, { rows: columns });
    await resumed.load();
    resumed.writers.rows.append([row(3)]);
    await resumed.save(3);
    assertEquals(await resumed.merge(), { rows: 4 });
    assertEquals(await updatesOf(folder), [0, 1, 2, 3]);
    assertEquals([...Deno.readDirSync(parts)].length, 4);
  }));

Deno.test("RunFrames.dropAfter() removes no file before the next save stands", () =>
  withTempFolder(async (folder) => {
    await threeSteps(folder);
    const before = [...Deno.readDirSync(`${folder}/parts/rows`)].length;
    const given = new RunFrames(folder, { rows: columns });
    await given.load();
    given.dropAfter(0);
    assertEquals([...Deno.readDirSync(`${folder}/parts/rows`)].length, before);
    const again = new RunFrames(folder, { rows: columns }); // as if it had been killed
    await again.load();
    assertEquals(await again.merge(), { rows: 3 });
    again.dropAfter(0);
    again.writers.rows.append([row(9)]);
    await again.save(2); // the same step as a part that is dropped
    assertEquals(await again.merge(), { rows: 2 });
    assertEquals(await updatesOf(folder), [0, 9]);
    assertEquals([...Deno.readDirSync(`${folder}/parts/rows`)].length, 2);
  }));

Deno.test("RunFrames removes a part that another one replaces, also of its own process", () =>
  withTempFolder(async (folder) => {
    const frames = await threeSteps(folder);
    const count = () => [...Deno.readDirSync(`${folder}/parts/rows`)].length;
    frames.dropAfter(1);
    frames.writers.rows.append([row(9)]);
    await frames.save(2); // as many parts as before, one of them another
    assertEquals(count(), 3);
  }));

Deno.test("RunFrames.dropAfter() refuses rows of several saves without any checkpoint", () =>
  withTempFolder(async (folder) => {
    const frames = new RunFrames(folder, { rows: columns });
    frames.writers.rows.append([row(0)]);
    await frames.save(0);
    frames.dropAfter(-1); // killed between the first rows and their checkpoint
    frames.writers.rows.append([row(0)]);
    await frames.save(0);
    await frames.save(1);
    const error = assertThrows(() => frames.dropAfter(-1), CheckpointError);
    assert(
      error.message.includes("it must have a checkpoint: it has rows of answers and no checkpoint"),
      error.message,
    );
    assertEquals(await frames.merge(), { rows: 1 });
  }));

Deno.test({
  name: "RunFrames removes and replaces nothing behind a link",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withTempFolder(async (folder) => {
      await Deno.mkdir(`${folder}/parts`);
      await Deno.mkdir(`${folder}/elsewhere`);
      for (const name of ["000000-000000.parquet", "000005-000000.parquet"]) {
        await Deno.writeTextFile(`${folder}/elsewhere/${name}`, name);
      }
      await Deno.symlink(`${folder}/elsewhere`, `${folder}/parts/rows`);
      await threeSteps(folder);
      for (const name of ["000000-000000.parquet", "000005-000000.parquet"]) {
        assertEquals(await Deno.readTextFile(`${folder}/elsewhere/${name}`), name);
      }
      const frames = new RunFrames(folder, { rows: columns });
      await frames.load();
      assertEquals(await frames.merge(), { rows: 3 });
    }),
});

Deno.test("readFrame() refuses a frame of which a bit was flipped, wherever it is", () =>
  withTempFolder(async (folder) => {
    await (await threeSteps(folder)).merge();
    const path = `${folder}/rows.parquet`;
    const bytes = await Deno.readFile(path);
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      await Deno.writeFile(path, changed);
      await assertRejects(() => readFrame(path), CheckpointError, "as it was written");
    }
    await Deno.writeFile(path, bytes);
    assertEquals((await readFrame(path)).height, 3);
  }));
