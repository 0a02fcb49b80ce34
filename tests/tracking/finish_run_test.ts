import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InterruptedError, RunError } from "../../lib/core/mod.ts";
import { endRun } from "../../lib/tracking/end_run.ts";
import { readRecord, type RunDescription, RunFolder } from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";

const description: RunDescription = {
  experiment: "tiny",
  seed: 7,
  config: {},
  device: {
    backend: "maporl-cpu",
    name: "a processor",
    products: "WebAssembly SIMD",
    numThreads: 1,
    dtype: "float32",
    reason: "cpu asked for",
  },
  commandLine: ["tiny"],
};

async function withRun(test: (run: RunFolder) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(await RunFolder.create(description, { out: `${folder}/run` }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Lets a disk be full for new files of a kind. */
async function withFullDisk(files: RegExp, test: () => Promise<void>): Promise<void> {
  const open = Deno.open;
  Deno.open = (path, options) =>
    options?.createNew && files.test(String(path))
      ? Promise.reject(new Error("No space left on device (os error 28)"))
      : open(path, options);
  try {
    await test();
  } finally {
    Deno.open = open;
  }
}

Deno.test("RunFolder.finish() counts the first time", () =>
  withRun(async (run) => {
    await run.finish("finished");
    await run.finish("failed", "something afterwards");
    const { status, error } = await readRecord(run.path);
    assertEquals([status, error], ["finished", null]);
  }));

Deno.test("RunFolder.finish() says it, once, when the frames cannot be written, and lets the folder go", () =>
  withRun(async (run) => {
    await run.saveFrames(0);
    await withFullDisk(/evaluations\.parquet/, async () => {
      await assertRejects(() => run.finish("finished"), RunError, "space on the disk");
      await run.finish("failed", "as the frames could not be written");
    });
    const { status, error } = await readRecord(run.path);
    assertEquals(status, "failed");
    assert(error!.includes("evaluations.parquet"), error!);
    const again = await RunFolder.resume(run.path, description);
    await again.finish("finished");
    assertEquals((await readRecord(run.path)).status, "finished");
  }));

Deno.test("RunFolder.finish() does not write frames again that are complete", () =>
  withRun(async (run) => {
    await run.saveFrames(0);
    await run.mergeFrames();
    await withFullDisk(/\.parquet/, () => run.finish("finished"));
    assertEquals((await readRecord(run.path)).status, "finished");
  }));

Deno.test("a signal that comes when a run is done leaves it finished, and still stops what starts others behind it", () =>
  withRun(async (run) => {
    const interruption = {
      signal: AbortSignal.abort(new InterruptedError("Interrupted by SIGINT")),
      exitCode: 130,
      [Symbol.dispose]: () => {},
    };
    const { result: code, err } = await captureOutput(() =>
      endRun(run, undefined, { args: ["tiny"], interruption, places: [], isDebug: false })
    );
    assertEquals(code, 130);
    assertStringIncludes(err, `the run is finished, in ${run.path}`);
    assertEquals((await readRecord(run.path)).status, "finished");
  }));
