import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { experiment } from "../../experiments/maporl/run.ts";
import { OracleScorer } from "../../lib/discussion/mod.ts";
import { type BaselinesRow, type EvaluationsRow, readFrame } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { runExperiment } from "./run_experiment.ts";
import { configOf, NEW, started, withSources } from "./started_runs.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

async function rowsOf<Row>(path: string, name: string): Promise<Row[]> {
  return (await readFrame(`${path}/${name}.parquet`)).toRecords() as Row[];
}

const baselinesOf = (path: string) => rowsOf<BaselinesRow>(path, "baselines");

/** How many answers each model gave by each method. */
async function countsOf(path: string): Promise<Record<string, number>> {
  const groups = Map.groupBy(await baselinesOf(path), ({ model, method }) => `${model} ${method}`);
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]));
}

/** A tiny run that trains the later turns alone, with changes to its evaluation. */
async function tiny(folder: string, evaluation: object = {}) {
  const config = tinyQuickstart(await saveTinyBase(folder), {
    updates: 1,
    trainGroups: ["rest"],
    warmupSteps: 1,
  });
  return { ...config, evaluation: { ...config.evaluation, ...evaluation } };
}

Deno.test("baselines: a trained model answers alone where training changed what it says", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const lines = await runExperiment(experiment, { path, config: await tiny(folder) });
    // 4 questions, 2 agents; at most 6 answers; 2 turns of self-refinement.
    assertEquals(await countsOf(path), {
      "off-the-shelf sampled": 4 * 6,
      "off-the-shelf greedy": 4 * 2,
      "off-the-shelf temperature_0.7": 4 * 2,
      "off-the-shelf self_refinement": 4 * 2 * 2,
      "MAPoRL parameters_of_rest": 4 * 2,
      "MAPoRL self_refinement": 4 * 2 * 2,
    });
    const said = lines.filter((line) => line.includes("without discussion: accuracy of an answer"));
    assertEquals(said.map((line) => line.split(" ")[0]), ["off-the-shelf", "MAPoRL"]);
    const rows = await baselinesOf(path);
    // Every seat as often, no answer twice.
    const sampled = rows.filter(({ method }) => method === "sampled");
    const keys = sampled.map((row) => `${row.questionId} ${row.sample} ${row.agent}`);
    assertEquals(new Set(keys).size, 24);
    assertEquals(sampled.filter(({ agent }) => agent === 0).length, 12);
    assertEquals(new Set(sampled.map(({ sample }) => sample)), new Set([0, 1, 2]));
    // Greedy answers to one prompt are the same whoever gives them.
    const greedy = rows.filter(({ method }) => method === "greedy");
    for (const same of Map.groupBy(greedy, ({ questionId }) => questionId).values()) {
      assertEquals(new Set(same.map(({ text }) => text)).size, 1);
    }
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    for (
      const text of [
        "Same models and verifier at the same cost",
        "| off-the-shelf | vote of 4 |",
        "| MAPoRL | self-refinement, last turn: mean of the agents |",
        "| MAPoRL | one answer, parameters of turn group rest |",
        "Best baseline: ",
      ]
    ) assertStringIncludes(summary, text);
  }));

Deno.test("baselines: what seats begin with answers alone also where its first turn learns nothing more", () =>
  withSources(async ({ folder, base, shared }) => {
    const path = `${folder}/begun`;
    const seats = [0, 1].map((agent) => ({ initFrom: { run: shared, agent } }));
    const config = started(base, seats, { updates: 1, trainGroups: ["rest"] });
    const [plan] = await planMaporl(configOf(config), NEW);
    await runExperiment(experiment, { path, config });
    const counts = await countsOf(path);
    assertEquals(counts["MAPoRL sampled"], 4 * 6);
    const texts = (model: string, rows: readonly BaselinesRow[]) =>
      rows.filter((row) => row.model === model && row.method === "greedy").map(({ text }) => text);
    const rows = await baselinesOf(path);
    assertEquals(texts("MAPoRL", rows), texts("MAPoRL", await baselinesOf(shared)));
    assertNotEquals(texts("MAPoRL", rows), texts("off-the-shelf", rows));
    assertStringIncludes(plan!, `at most ${rows.length} answers without discussion`);
  }));

Deno.test("baselines: each group of later turns that learnt is asked the bare question, and draws as first answers do", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = await tiny(folder, { numTurns: 3, baselines: { maxAnswers: 2 } });
    const algorithm = { turnGroups: "per_turn", trainGroups: ["turn_1", "turn_2"] };
    // Steps so small that what is sampled stays as it was.
    const small = { learningRate: 1e-9, warmupSteps: 0 };
    await runExperiment(experiment, {
      path,
      config: {
        ...config,
        discussion: { ...config.discussion, numTurns: 3 },
        algorithm: { ...config.algorithm, ...algorithm, ...small },
      },
    });
    const texts = Map.groupBy(await baselinesOf(path), ({ model, method }) => `${model} ${method}`);
    const [base, second, third, ...others] = [
      "off-the-shelf sampled",
      "MAPoRL parameters_of_turn_1",
      "MAPoRL parameters_of_turn_2",
      "MAPoRL parameters_of_turn_0",
    ].map((name) => texts.get(name)?.map(({ text }) => text));
    assertEquals([second, third], [base, base]);
    assertEquals(base!.length, 4 * 2);
    assertEquals(others, [undefined]);
  }));

Deno.test("baselines: as many answers are sampled as cost the tokens of a discussion", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = await tiny(folder, { baselines: { maxAnswers: 500 } });
    await runExperiment(experiment, { path, config });
    const tokens = (rows: readonly EvaluationsRow[]) =>
      rows.reduce((sum, row) => sum + row.computedPromptTokens + row.responseLength, 0) / 4;
    const discussed = (await rowsOf<EvaluationsRow>(path, "evaluations"))
      .filter(({ model }) => model === "MAPoRL");
    const sampled = (await baselinesOf(path)).filter(({ method }) => method === "sampled");
    const [whole, alone] = [tokens(discussed), tokens(sampled)];
    // One more of each of two seats, and up to one by rounding up; the prompt was computed in two batches.
    const longest = 2 * Math.max(...sampled.map(({ promptLength }) => promptLength));
    assert(alone >= whole && alone <= whole + 4 * 6 + longest, `${alone} of ${whole}`);
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    assertStringIncludes(summary, "best at equal tokens, by the verifier");
    assert(!summary.includes("of all sampled"), summary);
  }));

Deno.test("baselines change no answer of discussions, and 0 answers leave no rows and no table", () =>
  withTempFolder(async (folder) => {
    const paths = [`${folder}/with`, `${folder}/without`] as const;
    const config = await tiny(folder);
    const evaluation = { ...config.evaluation, baselines: { maxAnswers: 0 } };
    await runExperiment(experiment, { path: paths[0], config });
    await runExperiment(experiment, { path: paths[1], config: { ...config, evaluation } });
    for (const frame of ["answers", "evaluations"]) {
      const [one, other] = await Promise.all(paths.map((path) => rowsOf(path, frame)));
      assertEquals(one, other);
    }
    assertEquals((await baselinesOf(paths[1])).length, 0);
    const summary = await Deno.readTextFile(`${paths[1]}/summary.md`);
    assert(!summary.includes("at the same cost") && !summary.includes("Best baseline"), summary);
  }));

Deno.test("baselines: seats answer at their own temperatures, and single answers where these differ", () =>
  withTempFolder(async (folder) => {
    const config = await tiny(folder, { numTurns: 1 });
    const path = `${folder}/greedy`;
    const algorithm = { ...config.algorithm, updates: 0, trainGroups: [] };
    const seat = { temperature: 0, frozen: true };
    const greedy = { ...config, algorithm, seats: [seat, seat] };
    await runExperiment(experiment, { path, config: greedy });
    const counts = await countsOf(path);
    // Greedy anyway; a single turn has nothing to refine.
    assertEquals(Object.keys(counts), ["off-the-shelf sampled", "off-the-shelf temperature_0.7"]);
    const sampled = (await baselinesOf(path)).filter(({ method }) => method === "sampled");
    assertEquals(new Set(sampled.map(({ questionId, text }) => questionId + text)).size, 4);
  }));

Deno.test("baselines: whoever refines alone holds all turns, whatever others agree on", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = await tiny(folder);
    const discussion = { ...config.discussion, consensusFraction: 0, consensusReward: 0.3 };
    const { score } = OracleScorer.prototype;
    OracleScorer.prototype.score = (items) =>
      Promise.resolve(new Float64Array(items.length).fill(0.5));
    try {
      await runExperiment(experiment, { path, config: { ...config, discussion } });
    } finally {
      OracleScorer.prototype.score = score;
    }
    const counts = await countsOf(path);
    assertEquals(counts["off-the-shelf self_refinement"], 4 * 2 * 2);
  }));

Deno.test("baselines leave no tensor over", () =>
  withTempFolder(async (folder) => {
    const numTensors = tf.memory().numTensors;
    await runExperiment(experiment, { path: `${folder}/run`, config: await tiny(folder) });
    assertEquals(tf.memory().numTensors, numTensors);
  }));
