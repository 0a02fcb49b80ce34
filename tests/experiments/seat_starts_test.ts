import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, ConfigError, resolveConfig, RunError } from "../../lib/core/mod.ts";
import { loadSafetensors } from "../../lib/models/mod.ts";
import { readFrame, readRecord } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks, withTempFolder } from "../support/small_world.ts";
import { saveOtherBase } from "./other_base.ts";
import { runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const NEW = { seed: 0, resumed: false, device: "cpu" } as const;

interface Sources {
  readonly folder: string;
  readonly base: string;
  /** A finished run of two agents that share their parameters. */
  readonly shared: string;
  /** One of two agents of which the first was frozen. */
  readonly second: string;
}

/** Trains two tiny runs, once for all tests. */
async function withSources(test: (sources: Sources) => Promise<void>): Promise<void> {
  await withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const [shared, second] = [`${folder}/shared`, `${folder}/second`];
    await runExperiment(experiment, { path: shared, config: settings(base, { updates: 2 }) });
    await runExperiment(experiment, {
      path: second,
      config: { ...settings(base, { updates: 1 }), seats: [{ frozen: true }, {}] },
    });
    await test({ folder, base, shared, second });
  });
}

/** Large steps, so that a run's answers are others than those of its base model. */
const settings = (base: string, algorithm: object = {}) => ({
  ...tinyQuickstart(base, { learningRate: 0.05, warmupSteps: 0, ...algorithm }),
  task: { name: "arithmetic", difficulty: 1 },
});

/** A run with a seat for each start. */
const started = (base: string, starts: readonly (object | null)[], algorithm: object = {}) => ({
  ...settings(base, algorithm),
  seats: starts.map((seat) => seat ?? {}),
});

async function rowsOf(path: string, frame: string): Promise<Record<string, unknown>[]> {
  return (await readFrame(`${path}/${frame}.parquet`)).toRecords();
}

/** The answers of an evaluation, without the names of the model. */
async function answersOf(path: string, model: string) {
  const rows = (await rowsOf(path, "evaluations")).filter((row) => row.model === model);
  assert(rows.length > 0, `${path} has no evaluation of ${model}`);
  return rows.map(({ questionId, agent, turn, response, score, responseLength }) => ({
    questionId,
    agent,
    turn,
    response,
    score,
    responseLength,
  }));
}

async function weightsOf(path: string, update: number) {
  const file = `${path}/checkpoints/update-0000${update}/weights.safetensors`;
  const { tensors } = await loadSafetensors(file);
  return new Map([...tensors].map(([name, { values }]) => [name, [...values]]));
}

const configOf = (config: object) => resolveConfig(maporlSchema, [config]) as MaporlConfig;

Deno.test("a table of agents that were trained in another run answers as they did there", () =>
  withSources(async ({ folder, base, shared }) => {
    const expected = await answersOf(shared, "MAPoRL");
    assert(
      JSON.stringify(expected) !== JSON.stringify(await answersOf(shared, "off-the-shelf")),
      "training has changed something",
    );
    const tables = {
      "as they were, to be trained": started(
        base,
        [0, 1].map(() => ({ initFrom: { run: shared } })),
      ),
      "frozen": started(
        base,
        [0, 1].map((agent) => ({
          frozen: true,
          initFrom: { run: shared, agent },
        })),
      ),
      "one each, none of the turns trained": started(
        base,
        [1, 0].map((agent) => ({ initFrom: { run: shared, agent } })),
        { shareAgents: false, trainGroups: [] },
      ),
    };
    for (const [name, table] of Object.entries(tables)) {
      const path = `${folder}/${name}`;
      const config = { ...table, algorithm: { ...table.algorithm, updates: 0 } };
      await planMaporl(configOf(config), NEW);
      await runExperiment(experiment, { path, config });
      assertEquals(await answersOf(path, "before training"), expected, name);
      assertEquals(await answersOf(path, "before training again"), expected, name);
    }
  }));
