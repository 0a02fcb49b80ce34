import { assert, assertEquals, assertRejects } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, InterruptedError } from "../../lib/core/mod.ts";
import { loadSafetensors } from "../../lib/models/mod.ts";
import { type ProgressReporter, readFrame, silentProgress } from "../../lib/tracking/mod.ts";
import { listRunStates } from "../../lib/training/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

/** Depends on the process: time, and memory, in which the runs that were interrupted here still lie. */
const OF_THE_PROCESS = [
  ...["rolloutSeconds", "rolloutTokensPerSecond", "updateSeconds"],
  ...["predictedPeak", "measuredPeak"],
];

/** Everything that a run of so many updates leaves and that may not depend on interruptions. */
async function outcome(path: string, updates: number) {
  const frames: Record<string, unknown> = {};
  for (const name of ["answers", "updates", "evaluations", "baselines"]) {
    const frame = await readFrame(`${path}/${name}.parquet`);
    const dropped = OF_THE_PROCESS.filter((column) => frame.columns.includes(column));
    frames[name] = frame.drop(dropped).toRecords();
  }
  const checkpoint = `${path}/checkpoints/update-0000${updates}`;
  const tensors = async (file: string) => {
    const { tensors } = await loadSafetensors(`${checkpoint}/${file}`);
    return new Map([...tensors].map(([name, { values }]) => [name, values]));
  };
  const summary = await Deno.readTextFile(`${path}/summary.md`);
  return {
    frames,
    weights: await tensors("weights.safetensors"),
    moments: await tensors("optimizer.safetensors"),
    state: JSON.parse(await Deno.readTextFile(`${checkpoint}/state.json`)),
    // Without the time, and without the commit, which may change between two runs.
    summary: summary.replaceAll(/^- (started|maporl) .*$/gm, ""),
  };
}

Deno.test("quickstart: 2 + 2 updates equal 4 updates bit for bit", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const [whole, halves] = [`${folder}/whole`, `${folder}/halves`];
    await runExperiment(experiment, { path: whole, config: tinyQuickstart(base) });
    await runExperiment(experiment, {
      path: halves,
      config: tinyQuickstart(base, { updates: 2 }),
    });
    await runExperiment(experiment, { path: halves, config: tinyQuickstart(base), resume: true });
    const [once, twice] = [await outcome(whole, 4), await outcome(halves, 4)];
    assertEquals(twice, once);
    assertEquals(once.state.update, 4);
    // And it is not because nothing happened.
    const updates = once.frames.updates as { gradNorm: number; valueGradNorm: number }[];
    assertEquals(updates.length, 2 * 4);
    // All answers of the first update earn the same: its policies have nothing to learn, its critics do.
    assert(updates.every(({ valueGradNorm }) => valueGradNorm > 1e-3));
    assert(updates.some(({ gradNorm }) => gradNorm > 1e-3));
    const lora = [...once.weights].find(([name]) => /policy.*lora_B/.test(name))![1];
    assert(lora.some((value) => value !== 0), "the policy has moved");
    assert([...once.moments.values()].some((values) => values.some((value) => value !== 0)));
  }));

/** Calls `onEvent` with `begin <label>`, `advance <label>` and `end <label>`. */
function watchedProgress(onEvent: (event: string) => void): ProgressReporter {
  return {
    ...silentProgress,
    task(label, options) {
      const task = silentProgress.task(label, options);
      const end = () => {
        task.end();
        onEvent(`end ${label}`);
      };
      onEvent(`begin ${label}`);
      return {
        ...task,
        advance(units) {
          task.advance(units);
          onEvent(`advance ${label}`);
        },
        end,
        [Symbol.dispose]: end,
      };
    },
  };
}

/** Starts a run into which Ctrl-C comes at the n-th event of a kind. */
async function interrupt(
  run: { readonly path: string; readonly config: object },
  event: string,
  n: number,
): Promise<void> {
  const controller = new AbortController();
  let seen = 0;
  const progress = watchedProgress((happened) => {
    if (happened !== event || ++seen !== n) return;
    controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
  });
  const context = { progress, signal: controller.signal };
  await assertRejects(() => runExperiment(experiment, { ...run, context }), InterruptedError);
}

/** When Ctrl-C comes: at the n-th event. */
const INTERRUPTIONS = [
  { when: "while the base model is evaluated", event: "begin evaluating off-the-shelf", n: 1 },
  { when: "between the turns of a discussion", event: "advance discussing", n: 3 },
  { when: "during the optimiser steps of an update", event: "end discussing", n: 2 },
  { when: "right before an update is saved", event: "advance updates", n: 2 },
  { when: "while the trained model is evaluated", event: "begin evaluating MAPoRL", n: 1 },
];

Deno.test("quickstart: an interrupted run goes on to the same result, whenever Ctrl-C came", (t) =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    // A schedule that falls, so that a step counted twice or not at all would show.
    const config = tinyQuickstart(base, { updates: 2, schedule: "linear", warmupSteps: 1 });
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const expected = await outcome(`${folder}/whole`, 2);
    for (const { when, event, n } of INTERRUPTIONS) {
      await t.step(when, async () => {
        const path = `${folder}/${event.replaceAll(" ", "-")}-${n}`;
        await interrupt({ path, config }, event, n);
        assertEquals(filesOf(path).filter((name) => name.includes(".tmp")), []);
        await runExperiment(experiment, { path, config, resume: true });
        assertEquals(await outcome(path, 2), expected);
      });
    }
  }));

Deno.test("quickstart: Ctrl-C during the optimiser steps is seen at once, not after the update", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1, numPpoEpochs: 50 });
    const controller = new AbortController();
    const lines: string[] = [];
    const progress = watchedProgress((event) => {
      if (event !== "end discussing") return;
      // As a signal of the operating system: it is only seen once events are served.
      setTimeout(() => controller.abort(new InterruptedError("Interrupted by Ctrl-C")), 0);
    });
    const log = (line: string) => void lines.push(line);
    await assertRejects(
      () =>
        runExperiment(experiment, {
          path: `${folder}/run`,
          config,
          context: { progress, signal: controller.signal, log },
        }),
      InterruptedError,
    );
    assertEquals(lines.filter((line) => line.startsWith("update 1")), []);
    assertEquals(await listRunStates(`${folder}/run/checkpoints`), ["update-00000"]);
  }));

/** Ctrl-C with checkpoints far apart: what is finished is saved all the same. */
const FAR_APART = [
  { when: "while answers are sampled", event: "begin discussing", n: 3, saved: "update-00002" },
  { when: "during the optimiser steps", event: "end discussing", n: 2, saved: "update-00002" },
];

Deno.test("quickstart: Ctrl-C loses no finished update, however far apart checkpoints are", (t) =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const config = { ...tinyQuickstart(base, { updates: 3 }), checkpointEvery: 10 };
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const expected = await outcome(`${folder}/whole`, 3);
    for (const { when, event, n, saved } of FAR_APART) {
      await t.step(when, async () => {
        const path = `${folder}/${event.replaceAll(" ", "-")}`;
        await interrupt({ path, config }, event, n);
        assertEquals((await listRunStates(`${path}/checkpoints`)).at(-1), saved);
        await runExperiment(experiment, { path, config, resume: true });
        assertEquals(await outcome(path, 3), expected);
      });
    }
  }));

Deno.test("quickstart: an update that takes minutes can be given up, however far apart checkpoints are", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const config = { ...tinyQuickstart(base, { updates: 3 }), checkpointEvery: 10 };
    const path = `${folder}/run`;
    const real = performance.now.bind(performance);
    performance.now = () => 1e6 * real(); // a slow machine: every update takes hours
    try {
      await interrupt({ path, config }, "end discussing", 2);
    } finally {
      performance.now = real;
    }
    assertEquals((await listRunStates(`${path}/checkpoints`)).at(-1), "update-00001");
  }));

Deno.test("quickstart: Ctrl-C in an evaluation loses no update, and the evaluation is made up for", () =>
  withTempFolder(async (folder) => {
    const tiny = tinyQuickstart(await saveTinyBase(folder), { updates: 3 });
    const config = {
      ...tiny,
      evaluation: { ...tiny.evaluation, every: 1 },
      checkpointEvery: 3,
    };
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const path = `${folder}/run`;
    await interrupt({ path, config }, "begin evaluating MAPoRL", 2);
    assertEquals((await listRunStates(`${path}/checkpoints`)).at(-1), "update-00002");
    await runExperiment(experiment, { path, config, resume: true });
    assertEquals(await outcome(path, 3), await outcome(`${folder}/whole`, 3));
  }));

Deno.test("quickstart: an error after a whole update does not take it along", () =>
  withTempFolder(async (folder) => {
    const config = {
      ...tinyQuickstart(await saveTinyBase(folder), { updates: 3 }),
      checkpointEvery: 3,
    };
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const path = `${folder}/run`;
    let numDiscussed = 0;
    const progress = watchedProgress((event) => {
      if (event === "begin discussing" && ++numDiscussed === 3) throw new RangeError("a fault");
    });
    const context = { progress };
    await assertRejects(
      () => runExperiment(experiment, { path, config, context }),
      RangeError,
      "a fault",
    );
    assertEquals((await listRunStates(`${path}/checkpoints`)).at(-1), "update-00002");
    await runExperiment(experiment, { path, config, resume: true });
    assertEquals(await outcome(path, 3), await outcome(`${folder}/whole`, 3));
  }));

Deno.test("quickstart: a broken newest checkpoint says what to remove, and then the one before serves", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config });
    const expected = await outcome(path, 2);
    const newest = `${path}/checkpoints/update-00002`;
    for (const damage of ["", "{", '{"schemaVersion": 1, "update": 2}', '{"schemaVersion": 9}']) {
      await Deno.writeTextFile(`${newest}/state.json`, damage);
      const error = await assertRejects(
        () => runExperiment(experiment, { path, config, resume: true }),
        CheckpointError,
        `${newest}/state.json`,
      );
      assert(error.remedy?.includes("Remove this checkpoint folder"), error.message);
    }
    await Deno.remove(newest, { recursive: true });
    await runExperiment(experiment, { path, config, resume: true });
    assertEquals(await outcome(path, 2), expected);
  }));
