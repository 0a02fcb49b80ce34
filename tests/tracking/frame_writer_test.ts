import { assert, assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/core/mod.ts";
import { FrameWriter, readFrame } from "../../lib/tracking/mod.ts";

const columns = {
  update: { type: "int", unit: "", meaning: "" },
  tokens: { type: "ints", unit: "", meaning: "" },
} as const;

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
const updatesOf = async (folder: string) =>
  (await readFrame(`${folder}/rows.parquet`)).getColumn("update").toArray();
const row = (update: number) => ({ update, tokens: [update, 1] });

Deno.test("FrameWriter merges the parts of all steps in order", () =>
  withFolder(async (folder) => {
    const writer = new FrameWriter(folder, "rows", columns);
    for (const step of [1, 2, 10]) {
      writer.append([row(step), row(step)]);
      await writer.save(step);
      await writer.save(step); // nothing new: no part
    }
    writer.append([row(100)]);
    await writer.save(10); // a second part of the same step
    assertEquals(await writer.merge(), 7);
    assertEquals(await updatesOf(folder), [1, 1, 2, 2, 10, 10, 100]);
    assertEquals([...Deno.readDirSync(`${folder}/parts/rows`)].length, 4);
  }));

Deno.test("FrameWriter takes back the steps after a checkpoint, as after a crash", () =>
  withFolder(async (folder) => {
    const writer = new FrameWriter(folder, "rows", columns);
    for (const step of [1, 2, 3]) {
      writer.append([row(step)]);
      await writer.save(step);
    }
    const resumed = new FrameWriter(folder, "rows", columns);
    resumed.append([row(99)]);
    await resumed.dropAfter(2);
    resumed.append([row(3)]);
    await resumed.save(3);
    await resumed.merge();
    assertEquals(await updatesOf(folder), [1, 2, 3]);
  }));

Deno.test("FrameWriter without rows writes an empty frame with its columns", () =>
  withFolder(async (folder) => {
    assertEquals(await new FrameWriter(folder, "rows", columns).merge(), 0);
    const frame = await readFrame(`${folder}/rows.parquet`);
    assertEquals([frame.height, frame.columns], [0, ["update", "tokens"]]);
  }));

Deno.test("FrameWriter keeps the rows that could not be written", () =>
  withFolder(async (folder) => {
    const writer = new FrameWriter(folder, "rows", columns);
    writer.append([row(1)]);
    await Deno.writeTextFile(`${folder}/parts`, "in the way");
    await assertRejects(() => writer.save(1), RunError, `${folder}/parts`);
    await Deno.remove(`${folder}/parts`);
    await writer.save(1);
    assertEquals(await writer.merge(), 1);
  }));

Deno.test("readFrame() refuses missing, truncated and foreign files", () =>
  withFolder(async (folder) => {
    const path = `${folder}/rows.parquet`;
    await assertRejects(() => readFrame(path), RunError, "path must exist");
    const writer = new FrameWriter(folder, "rows", columns);
    writer.append(Array.from({ length: 100 }, (_, i) => row(i)));
    await writer.save(1);
    await writer.merge();
    const bytes = await Deno.readFile(path);
    for (
      const bad of [bytes.subarray(0, bytes.length >> 1), new TextEncoder().encode("a,b\n1,2\n")]
    ) {
      await Deno.writeFile(path, bad);
      const error = await assertRejects(() => readFrame(path), RunError, "whole Parquet file");
      assert(error.message.includes(path));
    }
  }));
