import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/yaml";
import { initContents, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { memoryParts } from "../../experiments/maporl/plan_memory.ts";
import { askedModels, readPlannedModels } from "../../lib/training/planned_discussions.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { CheckpointError, settingFrom, withPathsFrom } from "../../lib/core/mod.ts";
import { loadSafetensors, numLoraWeights } from "../../lib/models/mod.ts";
import { readArmRun, readFrame, readRecord } from "../../lib/tracking/mod.ts";
import { countWeights, seatChoices } from "../../lib/training/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";
import { configOf, NEW, settings, started, withSources } from "./started_runs.ts";

await startTestDevice();

async function rowsOf(path: string, frame: string): Promise<Record<string, unknown>[]> {
  return (await readFrame(`${path}/${frame}.parquet`)).toRecords();
}

/** The answers of an evaluation, without the names of the model. */
async function answersOf(path: string, model: string) {
  const rows = (await rowsOf(path, "evaluations")).filter((row) => row.model === model);
  assert(rows.length > 0, `${path} has no evaluation of ${model}`);
  assert(rows.every(({ text }) => typeof text === "string"));
  return rows.map(({ questionId, agent, turn, text, score }) => (
    { questionId, agent, turn, text, score }
  ));
}

async function weightsOf(path: string, update: number) {
  const file = `${path}/checkpoints/update-0000${update}/weights.safetensors`;
  const { tensors } = await loadSafetensors(file);
  return new Map([...tensors].map(([name, { values }]) => [name, [...values]]));
}

Deno.test("readArmRun() knows how the run counts its answers", () =>
  withSources(async ({ shared }) => {
    const { counting } = await readArmRun({ arm: "shared", seed: 0, path: shared });
    assertEquals(counting, { compat: "paper", finished: "carry" });
  }));

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

Deno.test("a run that begins with trained agents is trained, resumed bit for bit, and bound to what it began with", () =>
  withSources(async ({ folder, base, shared, second }) => {
    // Seat 0 stays what it learnt, seat 1 goes on learning, seat 2 begins as its base model.
    const config = (updates: number) => ({
      ...started(base, [
        { frozen: true, initFrom: { run: shared } },
        { initFrom: { run: second, agent: 1 } },
        null,
      ], { updates, shareAgents: false, trainGroups: ["rest"], learningRate: 0.01 }),
      discussion: { numAgents: 3, numTurns: 2 },
    });
    const [whole, halves] = [`${folder}/whole`, `${folder}/halves`];
    const lines = await planMaporl(configOf(config(2)), NEW);
    assertEquals(lines.filter((line) => line.includes("begins as")), [
      `plan: seat 0 begins as agent 0 of ${shared}, after 2 updates`,
      `plan: seat 1 begins as agent 1 of ${second}, after 2 updates`,
    ]);
    await runExperiment(experiment, { path: whole, config: config(2) });
    await runExperiment(experiment, { path: halves, config: config(1) });
    const before = await weightsOf(halves, 0);
    await runExperiment(experiment, { path: halves, config: config(2), resume: true });
    for (const frame of ["answers", "evaluations"]) {
      const last = (rows: Record<string, unknown>[]) =>
        rows.filter(({ model, update }) => model === undefined || update !== 1);
      assertEquals(last(await rowsOf(halves, frame)), last(await rowsOf(whole, frame)), frame);
    }
    assertEquals(await weightsOf(halves, 2), await weightsOf(whole, 2));

    const [from, there] = [await weightsOf(shared, 2), await weightsOf(second, 2)];
    const after = await weightsOf(whole, 2);
    const own = (name: string, place: string) => name.replace(/^\w+\//, `${place}/`);
    const policies = (weights: typeof from, group: string) =>
      [...weights].filter(([name]) => name.startsWith(`${group}/policy.`));
    const groups = [["shared/first", "seat-0", from], ["shared/rest", "seat-0", from], [
      "shared/first",
      "seat-1",
      there,
    ]] as const;
    for (const [group, place, source] of groups) {
      const taken = policies(source, group);
      assert(taken.length > 0, group);
      for (const [name, values] of taken) {
        assertEquals(before.get(own(name, place)), values);
        assertEquals(after.get(own(name, place)), values, "it is not trained");
      }
    }
    for (const [name, values] of policies(there, "shared/rest")) {
      assertEquals(before.get(own(name, "agent_1")), values);
    }
    assert(
      policies(there, "shared/rest").some(([name, values]) =>
        String(after.get(own(name, "agent_1"))) !== String(values)
      ),
      "seat 1 is trained on",
    );
    // The reference is the base model: who begins trained is apart from it at once, who does not is not.
    const first = (await rowsOf(whole, "updates")).filter(({ update }) => update === 0);
    const refKl = new Map(first.map(({ parameters, refKl }) => [parameters, refKl as number]));
    assert(Math.abs(refKl.get("agent_1")!) > 1e-3, `${refKl.get("agent_1")}`);
    assert(Math.abs(refKl.get("agent_2")!) < 1e-5, `${refKl.get("agent_2")}`);
    for (const { ratioError } of first) assert(ratioError as number < 1e-4);

    const models = new Set((await rowsOf(whole, "evaluations")).map(({ model }) => model));
    assertEquals([...models], ["before training", "MAPoRL"]);
    const { inputs } = await readRecord(whole);
    const names = ["base", "init", "init_1", "questions", "tokenizer"];
    assertEquals(Object.keys(inputs!).sort(), names);

    // Agents that were started are agents to start from: a chain needs no other run than its last.
    const chained = `${folder}/chained`;
    await Deno.rename(second, `${folder}/away`);
    const table = [0, 1, 2].map(() => ({ frozen: true, initFrom: { run: whole } }));
    await runExperiment(experiment, {
      path: chained,
      config: {
        ...started(base, table.with(2, {} as typeof table[0]), { updates: 0, trainGroups: [] }),
        discussion: { numAgents: 3, numTurns: 2 },
      },
    });
    const without = (rows: { readonly agent: unknown; readonly turn: unknown }[]) =>
      rows.filter(({ agent, turn }) => agent !== 2 || turn === 0); // seat 2 has learnt there
    assertEquals(
      without(await answersOf(chained, "before training")),
      without(await answersOf(whole, "MAPoRL")),
    );

    // And nothing goes on with another beginning.
    await runExperiment(experiment, { path: second, config: settings(base, { updates: 1 }) });
    await assertRejects(
      () => runExperiment(experiment, { path: whole, config: config(3), resume: true }),
      CheckpointError,
      "as its init_1 must be that of its start",
    );
  }));

Deno.test("a run that begins with trained agents leaks no tensors and no native memory", () =>
  withSources(async ({ folder, base, shared, second }) => {
    const config = started(base, [
      { frozen: true, initFrom: { run: shared } },
      { initFrom: { run: second } },
    ], { updates: 1, shareAgents: false, trainGroups: ["rest"] });
    const run = (name: string) => runExperiment(experiment, { path: `${folder}/${name}`, config });
    await run("warm");
    const before = [tf.memory().numTensors, numHeapBlocks()];
    await run("again");
    assertEquals([tf.memory().numTensors, numHeapBlocks()], before);
  }));

Deno.test("initContents() tells runs apart by what was learnt there, not by where they lie", () =>
  withSources(async ({ folder, base, shared, second }) => {
    const contents = async (run: string) =>
      (await initContents(configOf(started(base, [{ initFrom: { run } }, {}]))))[run];
    const expected = await contents(shared);
    assert(/^[0-9a-f]{64}$/.test(expected!));
    await Deno.rename(shared, `${folder}/moved`);
    assertEquals(await contents(`${folder}/moved`), expected);
    // Made again, a run is the same.
    await runExperiment(experiment, { path: shared, config: settings(base, { updates: 2 }) });
    assertEquals(await contents(shared), expected);
    assert(await contents(second) !== expected);
    assertEquals(await contents(`${folder}/none`), "missing");
  }));

Deno.test("the run that a seat begins with is looked for where the user stands", () => {
  const origin = { schema: maporlSchema, folder: "/there" };
  const seats = [{ initFrom: { run: "r", agent: 1 } }, { initFrom: { run: "/abs" } }, {}];
  assertEquals(withPathsFrom({ seats }, origin), {
    seats: [{ initFrom: { run: "/there/r", agent: 1 } }, { initFrom: { run: "/abs" } }, {}],
  });
  assertEquals(settingFrom("seats.1.initFrom.run=r", origin).value, "/there/r");
});

Deno.test("the settings that the README shows for agents that begin trained are allowed", async () => {
  const url = new URL("../../experiments/maporl/README.md", import.meta.url);
  const [, yaml] = (await Deno.readTextFile(url)).match(/```yaml\n([^`]*initFrom[^`]*)```/)!;
  const { seats } = configOf(parse(yaml!) as object);
  assertEquals(seats?.map(({ initFrom }) => initFrom), [
    { run: "runs/first-learns", agent: null },
    { run: "runs/second-learns", agent: null },
  ]);
});

Deno.test("the plan counts the memory of what seats begin with, and of weights with it added", () =>
  withSources(async ({ base, shared }) => {
    const bytes = async (seats: readonly (object | null)[]) => {
      const config = configOf(started(base, seats, { updates: 0, trainGroups: [] }));
      const seatsOf = seatChoices(config);
      const task = await loadTask(config.task, 0);
      const held = {
        ...task,
        purpose: "evaluation",
        setting: "discussion.numAgents",
        splits: ["test"],
        numQuestions: 4,
        seats: seatsOf,
        numTurns: 2,
      } as const;
      const models = askedModels(config, await readPlannedModels(seatsOf, "float32"), [held]);
      const parts = memoryParts(config, { training: held, held: [held], models }, { isNew: true });
      const of = (name: string) => parts.find((part) => part.name === name)!.bytes;
      const model = models[0]!.config;
      return {
        adapters: of("adapters and optimiser"),
        cache: of("keys and values"),
        lora: numLoraWeights(model, 2),
        weights: countWeights(model),
      };
    };
    const frozen = { frozen: true, initFrom: { run: shared } };
    const [none, both] = [await bytes([null, null]), await bytes([frozen, frozen])];
    // Two seats, two turn groups, float32, as read and as tensors.
    assertEquals([none.adapters, both.adapters], [0, 2 * 2 * 4 * 2 * both.lora]);
    assertEquals(both.cache - none.cache, 4 * both.weights);
  }));
