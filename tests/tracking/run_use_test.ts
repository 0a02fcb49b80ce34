import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeviceError, sealJson, writeManifest } from "../../lib/core/mod.ts";
import { changesOfUse, readFrame, readRecord, RunFolder } from "../../lib/tracking/mod.ts";
import {
  changes,
  contents,
  description,
  device,
  finishedRun,
  half,
  updateRow,
  withFolder,
} from "./tiny_run.ts";

Deno.test("RunFolder.resume() refuses what gives other results, and records what is allowed", async (t) => {
  const others = {
    "dtype float32, now bfloat16": { ...device, dtype: "bfloat16" },
    "products WebAssembly SIMD, now oneDNN 2.6.3": {
      ...device,
      products: "oneDNN 2.6.3 (libdnnl.so.2)",
    },
    "threads 1, now 2": { ...device, numThreads: 2 },
    "instructions avx512_core, now avx2": { ...device, instructions: "avx2" },
    [`device cpu (${Deno.build.os} ${Deno.build.arch}), now webgpu (a GPU)`]: {
      ...device,
      backend: "webgpu",
      name: "a GPU",
    },
  } as const;
  for (const [difference, other] of Object.entries(others)) {
    await t.step(difference, () =>
      withFolder(async (root) => {
        const path = await finishedRun(root);
        const before = contents(path);
        const resume = (allowsOtherDevice: boolean) =>
          RunFolder.resume(path, { ...changes, device: other, allowsOtherDevice });
        const error = await assertRejects(() => resume(false), DeviceError, difference);
        assertEquals(error.remedy, "Add --allow-other-device to go on all the same");
        assertEquals(contents(path), before);
        const run = await resume(true);
        assertStringIncludes(run.notes[0]!, difference);
        assertStringIncludes(changesOfUse(run.record).join(), `on ${difference}`);
        await run.finish("finished");
        const [resumption] = (await readRecord(path)).resumed;
        assertEquals(resumption?.device, other);
        // From now on it is the other one that the run goes on with.
        await assertRejects(() => RunFolder.resume(path, changes), DeviceError);
        assertEquals((await readRecord(path)).device, device);
      }));
  }
  await t.step(
    "a run that does not say on which instructions goes on, and says so once",
    () =>
      withFolder(async (root) => {
        const path = await finishedRun(root);
        const record = await readRecord(path);
        const { instructions: _, ...older } = record.device;
        const text = sealJson({ ...record, format: 2, device: older });
        await Deno.writeTextFile(`${path}/run.json`, text);
        // Its rows know nothing of the device either.
        const { experiment, seed, settings, inputs } = record;
        const { files } = JSON.parse(await Deno.readTextFile(`${path}/parts/manifest.json`));
        const identity = { experiment, seed, settings, ...inputs, firstStep: 0, lastStep: 3 };
        await writeManifest(`${path}/parts`, { identity, files });
        for (const note of ["does not say on which instructions: now avx512_core", undefined]) {
          const run = await RunFolder.resume(path, changes);
          assertEquals(run.notes.length, note === undefined ? 0 : 1);
          assertStringIncludes(run.notes[0] ?? "", note ?? "");
          await run.dropFramesAfter(3);
          await run.saveFrames(4);
          await run.finish("finished");
          assertEquals(changesOfUse(run.record), []);
          assertEquals((await readFrame(`${path}/updates.parquet`)).height, 4);
        }
        const other = { ...device, instructions: "avx2" };
        const resume = () => RunFolder.resume(path, { ...changes, device: other });
        await assertRejects(resume, DeviceError, "instructions avx512_core, now avx2");
      }),
  );
  await t.step("another place of the same library is none", () =>
    withFolder(async (root) => {
      const at = (place: string) => ({ ...device, products: `oneDNN 2.6.3 (${place})` });
      const run = await RunFolder.create({ ...description, device: at("a") }, { out: `${root}/a` });
      await run.finish("finished");
      const again = await RunFolder.resume(run.path, { ...changes, device: at("b") });
      assertEquals(again.notes, []);
      await again.finish("finished");
    }));
});

Deno.test("a run that is allowed another device keeps its rows, and its identity is that of its start", () =>
  withFolder(async (root) => {
    const path = await finishedRun(root);
    const { identity } = await RunFolder.resume(path, changes).then(async (run) => {
      await run.finish("interrupted");
      return run;
    });
    assertEquals([identity["dtype"], identity["products"]], ["float32", "WebAssembly SIMD"]);
    const run = await RunFolder.resume(path, { ...changes, device: half, allowsOtherDevice: true });
    await run.dropFramesAfter(2);
    run.updates.append([updateRow(9)]);
    await run.saveFrames(3);
    await run.finish("finished");
    assertEquals(run.identity, identity);
    assertEquals((await readFrame(`${path}/updates.parquet`)).height, 4);
  }));
