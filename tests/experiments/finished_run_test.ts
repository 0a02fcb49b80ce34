import { assertEquals, assertStringIncludes } from "@std/assert";
import { experiment as maporl } from "../../experiments/maporl/run.ts";
import { experiment as pretrain } from "../../experiments/pretrain/run.ts";
import { registry } from "../../experiments/registry.ts";
import { experiment as trainVerifier } from "../../experiments/train_verifier/run.ts";
import { exitCodes, type Experiment, runCommand } from "../../lib/tracking/mod.ts";
import { captureOutput } from "../attacks/captured_output.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { contents } from "../tracking/tiny_run.ts";
import { runExperiment } from "./run_experiment.ts";
import { tinyPretrain } from "./tiny_pretrain.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

/** Goes on with a run up to where it would compute: then it starts the device. */
async function resume(path: string, ...args: string[]) {
  let isStarted = false;
  const { result, out, err } = await captureOutput(() =>
    runCommand(["--resume", path, ...args], {
      registry,
      startDevice() {
        isStarted = true;
        throw new Error("this test computes nothing");
      },
    })
  );
  return { code: result, out, err, isStarted };
}

/** Asserts that a run which is asked for nothing new is left as it is, and what is said of it. */
async function leavesAlone(path: string, args: readonly string[], said: RegExp): Promise<void> {
  const before = contents(path);
  const { code, out, err, isStarted } = await resume(path, ...args);
  assertEquals([code, err, isStarted], [exitCodes.done, "", false]);
  assertEquals(out.replace(said, ""), "\n"); // one line
  assertEquals(contents(path), before);
}

Deno.test("--resume of a finished maporl run computes and writes nothing, unless more is asked for", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    await runExperiment(maporl, { path, config });
    const said =
      /^Nothing is left to do as the run is finished: its summary is \S+\/run\/summary\.md\. To go further, raise or change with --set: algorithm\.updates, evaluation\.resamples, .*/;
    await leavesAlone(path, [], said);
    await leavesAlone(path, ["--set", "algorithm.updates=1", "--device", "auto"], said);
    const more = await resume(path, "--set", "algorithm.updates=2");
    assertEquals(more.isStarted, true, more.out);
    // What is damaged is written again.
    await Deno.writeTextFile(`${path}/baselines.parquet`, "PAR1");
    assertEquals((await resume(path)).isStarted, true);
  }));

Deno.test("--resume of a finished pretraining does nothing, unless it has further legs or its model is gone", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const saveTo = `${folder}/model`;
    const config = tinyPretrain({ saveTo, legs: [4], warmupSteps: 1 });
    await runExperiment(pretrain, { path, config });
    const said =
      /^Nothing is left to do as the run is finished: its results are in \S+\/run\. To go further, raise or change with --set: legs, .*/;
    await leavesAlone(path, [], said);
    const allow = "--allow-outside";
    assertEquals((await resume(path, allow, "--set", "legs=[4,6]")).isStarted, true);
    await Deno.remove(saveTo, { recursive: true });
    const refused = await resume(path);
    assertEquals(refused.code, exitCodes.refused);
    assertStringIncludes(refused.err, "it also writes to");
    assertEquals((await resume(path, allow)).isStarted, true);
  }));

Deno.test("--resume of a finished training of a verifier does nothing, and says that none of its settings may change", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const base = new URL("../../data/checkpoints/arithmetic/base", import.meta.url).pathname;
    const config = { base, questions: 10, heldOutQuestions: 20, epochs: 1, warmupSteps: 0 };
    await runExperiment(trainVerifier as Experiment, { path, config });
    await leavesAlone(
      path,
      [],
      /^Nothing is left to do as the run is finished: its summary is \S+\/run\/summary\.md\. No setting of it may change: for more, start a new run/,
    );
  }));
