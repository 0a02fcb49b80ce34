import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import { arms } from "../../experiments/quickstart/arms.ts";
import { OracleScorer } from "../../lib/discussion/mod.ts";
import {
  answersColumns,
  baselinesColumns,
  evaluationsColumns,
  type Experiment,
  experimentOfArm,
  type ProgressReporter,
  readFrame,
  silentProgress,
  updatesColumns,
} from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

/** Rows of a frame of a run. */
async function rowsOf(path: string, name: string): Promise<Record<string, unknown>[]> {
  return (await readFrame(`${path}/${name}.parquet`)).toRecords();
}

Deno.test("quickstart leaves frames, checkpoints, plots and a summary", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 3 });
    const lines = await runExperiment(experiment, { path, config });
    const files = filesOf(path).filter((name) => !name.startsWith("parts/"));
    assertEquals(files, [
      ".lock",
      "accuracy_by_turn.png",
      "accuracy_by_turn.svg",
      "answers.parquet",
      "baselines.parquet",
      ...[2, 3].flatMap((update) =>
        // the two newest
        ["manifest.json", "optimizer.safetensors", "state.json", "weights.safetensors"]
          .map((name) => `checkpoints/update-0000${update}/${name}`)
      ),
      "config.yaml",
      "evaluations.parquet",
      "manifest.json",
      "run.json",
      "strategies.png",
      "strategies.svg",
      "summary.md",
      "updates.parquet",
    ]);
    const [answers, updates, evaluations, baselines] = await Promise.all(
      ["answers", "updates", "evaluations", "baselines"]
        .map((name) => readFrame(`${path}/${name}.parquet`)),
    );
    assertEquals(answers!.columns, Object.keys(answersColumns));
    assertEquals(updates!.columns, Object.keys(updatesColumns));
    assertEquals(evaluations!.columns, Object.keys(evaluationsColumns));
    assertEquals(answers!.height, 3 * 4 * 2 * 2); // updates × questions × agents × turns
    assertEquals(updates!.height, 3 * 2); // updates × turn groups
    assertEquals(evaluations!.height, 2 * 4 * 2 * 2); // models × questions × agents × turns
    assertEquals(baselines!.columns, Object.keys(baselinesColumns));
    // models × questions × (6 answers, 2 greedy, 2 at temperature 0.7, 2 agents × 2 turns of self-refinement)
    // and, after training, questions × 2 agents with what the later turn has learnt
    assertEquals(baselines!.height, 2 * 4 * (6 + 2 + 2 + 4) + 4 * 2);
    const sampled = answers!.toRecords();
    const sumOf = (update: unknown, columns: readonly string[]) =>
      sampled.filter((row) => row.update === update)
        .reduce((sum, row) => columns.reduce((all, name) => all + Number(row[name]), sum), 0);
    for (const row of updates!.toRecords()) {
      assertEquals(row.rolloutTokens, sumOf(row.update, ["responseLength"]));
      const computed = ["responseLength", "computedPromptTokens"];
      assertEquals(row.rolloutComputedTokens, sumOf(row.update, computed));
      // Each of the group's tokens takes eight passes forward and back, and each sampled one takes one.
      assert((row.updateFlops as number) > (row.rolloutFlops as number));
      for (const [name, value] of Object.entries(row)) {
        assert(!Number.isNaN(value), `${name} is not a number in update ${row.update}`);
      }
      assert((row.ratioError as number) < 1e-4);
      // Questions × agents × turns, those of one turn in each turn group.
      assertEquals([row.rolloutAnswers, row.numAnswers], [4 * 2 * 2, 4 * 2]);
    }
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    for (
      const text of ["| off-the-shelf |", "| MAPoRL |", "accuracy_by_turn.png", "at the same cost"]
    ) {
      assert(summary.includes(text), `the summary lacks ${text}`);
    }
    assertEquals(lines.filter((line) => /^update \d: accuracy/.test(line)).length, 3);
    assert(lines.some((line) => line.startsWith("off-the-shelf: mean accuracy")));
  }));

Deno.test("quickstart prints what is reached beside baselines once, at the end: the arms' own table", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    const tables = async (of: Experiment, path: string) =>
      (await runExperiment(of, { path, config })).map((line) => line.trim().split(" (")[0]!)
        .filter((line) => /^(Mean accuracy of|Same models)/.test(line));
    const arm = experimentOfArm(arms, "MAPoRL", experiment as Experiment);
    const both = [
      "Mean accuracy of the agents",
      "Same models and verifier at the same cost, without discussion and with it",
    ];
    assertEquals(await tables(arm, `${folder}/arm`), both);
    assertEquals(await tables(experiment as Experiment, `${folder}/script`), both);
  }));

Deno.test("quickstart trains on what was sampled and pays what the frames say", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const tiny = tinyQuickstart(await saveTinyBase(folder), {
      updates: 1,
      trainGroups: ["rest"],
    });
    const config = { ...tiny, seats: [{ frozen: true }, {}] };
    await runExperiment(experiment, { path, config });
    const answers = await rowsOf(path, "answers");
    const [update] = await rowsOf(path, "updates");
    const trained = answers.filter(({ trained }) => trained);
    assertEquals(
      trained.map(({ agent, turn }) => [agent, turn]),
      new Array(4).fill([1, 1]), // one answer of agent 1 at turn 1 for each question
    );
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    assertEquals(update!.numAnswers, 4);
    assertEquals(update!.numTokens, sum(trained.map((row) => row.responseLength as number)));
    const mean = sum(trained.map((row) => row.reward as number)) / 4;
    assert(Math.abs(update!.meanReward as number - mean) < 1e-12);
    for (const row of answers) {
      const parts = ["scoreReward", "penaltyReward", "ownRevisionReward", "influenceReward"];
      const total = sum(parts.map((name) => row[name] as number));
      assert(Math.abs(total - (row.reward as number)) < 1e-12);
      assertEquals(row.kl === null, !row.trained);
      assertEquals((row.responseTokens as number[]).length, row.responseLength);
    }
  }));

Deno.test("quickstart with the same seed gives the same answers, with another seed others", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    for (const [name, seed] of [["a", 5], ["b", 5], ["c", 6]] as const) {
      await runExperiment(experiment, { path: `${folder}/${name}`, config, seed });
    }
    for (const frame of ["answers", "evaluations"]) {
      const [a, b, c] = await Promise.all(
        ["a", "b", "c"].map((name) => rowsOf(`${folder}/${name}`, frame)),
      );
      assertEquals(b, a);
      assert(JSON.stringify(c) !== JSON.stringify(a));
    }
  }));

Deno.test("quickstart without updates shows no change at all: every answer twice the same", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 0 });
    await runExperiment(experiment, { path, config });
    const rows = await rowsOf(path, "evaluations");
    const of = (model: string) =>
      rows.filter((row) => row.model === model).map((row) => ({ ...row, model: "" }));
    assertEquals(of("off-the-shelf again"), of("off-the-shelf"));
    assertEquals(of("off-the-shelf").length, 4 * 2 * 2);
    assertEquals((await rowsOf(path, "answers")).length, 0);
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    // No difference, of too few questions to say that there is none.
    const zeros =
      / off-the-shelf again - off-the-shelf( \| 0\.000 \[.0\.\d{3}, 0\.\d{3}\]† \| 1\.000‡){3} /;
    assert(zeros.test(summary), summary);
  }));

Deno.test("quickstart counts its progress up to the announced totals", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    const done: Record<string, number> = {};
    const totals: Record<string, number> = {};
    const progress: ProgressReporter = {
      ...silentProgress,
      task(label, options) {
        totals[label] = (totals[label] ?? 0) + options!.total!;
        return {
          ...silentProgress.task(label, options),
          advance: (units = 1) => void (done[label] = (done[label] ?? 0) + units),
        };
      },
    };
    await runExperiment(experiment, { path: `${folder}/run`, config, context: { progress } });
    assertEquals(done, totals);
    assertEquals(totals.discussing, 2 * 4 * 2 * 2);
  }));

Deno.test("quickstart stops discussions early and evaluates others than it trains on", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const tiny = tinyQuickstart(await saveTinyBase(folder), { updates: 2, turnBased: true });
    const config = {
      ...tiny,
      discussion: {
        ...tiny.discussion,
        numTurns: 3,
        consensusFraction: 0.4, // the answer of one of two agents is enough
        consensusReward: 0.3,
      },
      evaluation: { ...tiny.evaluation, numAgents: 3, numTurns: 2, every: 1 },
    };
    const score = OracleScorer.prototype.score;
    // The oracle would never agree with a random model.
    OracleScorer.prototype.score = (items) =>
      Promise.resolve(new Float64Array(items.length).fill(0.5));
    try {
      await runExperiment(experiment, { path, config });
    } finally {
      OracleScorer.prototype.score = score;
    }
    const evaluations = await rowsOf(path, "evaluations");
    const models = evaluations.map(({ model, update }) => `${model} ${update}`);
    assertEquals(new Set(models), new Set(["off-the-shelf 0", "MAPoRL 1", "MAPoRL 2"]));
    // During training on validation questions, and the report is of test questions alone.
    for (const { evaluation, update, questionId } of evaluations) {
      const split = update === 1 ? "validation" : "test";
      assertEquals([evaluation, (questionId as string).split("/")[3]], [split, split]);
    }
    const summary = await Deno.readTextFile(`${path}/summary.md`);
    assertStringIncludes(summary, "(4 test questions of seed 0, A = 3; 95 % intervals");
    assertEquals(Math.max(...evaluations.map(({ agent }) => agent as number)), 2);
    assertEquals(Math.max(...evaluations.map(({ turn }) => turn as number)), 1);
    const numAnswers = (await rowsOf(path, "answers")).length;
    assert(numAnswers < 2 * 4 * 2 * 3 && numAnswers > 2 * 4 * 2, `some stop early: ${numAnswers}`);
  }));

Deno.test("quickstart's official consensus stops evaluations of every model, and training after its wait", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const tiny = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    const config = {
      ...tiny,
      reward: { ...tiny.reward, compat: "official" },
      discussion: { ...tiny.discussion, consensusFraction: 0.4, consensusReward: 0.3 },
    };
    const { score } = OracleScorer.prototype;
    OracleScorer.prototype.score = (items) =>
      Promise.resolve(new Float64Array(items.length).fill(0.5));
    const lengths = async (frame: string) =>
      Map.groupBy(await rowsOf(path, frame), ({ model }) => model).values()
        .map(({ length }) => length).toArray();
    const most = 4 * 2 * 2; // questions, turns, agents
    try {
      await runExperiment(experiment, { path, config });
      const [before, after] = await lengths("evaluations");
      assert(before! < most && after! < most, `evaluations stop early: ${before}, ${after}`);
      assertEquals(await lengths("answers"), [most]);
    } finally {
      OracleScorer.prototype.score = score;
    }
  }));

Deno.test("quickstart trains with the temperature that the answers were sampled with", () =>
  withTempFolder(async (folder) => {
    const tiny = tinyQuickstart(await saveTinyBase(folder), { updates: 1 });
    const sampling = { ...tiny.sampling, temperature: 0.7 };
    const seats = [{ temperature: 0.7 }, { temperature: 0.7 }];
    await runExperiment(experiment, { path: `${folder}/all`, config: { ...tiny, sampling } });
    await runExperiment(experiment, { path: `${folder}/each`, config: { ...tiny, seats } });
    const weights = (name: string) =>
      Deno.readFile(`${folder}/${name}/checkpoints/update-00001/weights.safetensors`);
    assertEquals(await weights("each"), await weights("all"));
  }));

Deno.test("quickstart trains agents with parameters, temperatures and frozen colleagues of their own", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const tiny = tinyQuickstart(await saveTinyBase(folder), {
      updates: 1,
      shareAgents: false,
    });
    const discussion = { ...tiny.discussion, numAgents: 3 };
    const seats = [{ temperature: 0.7 }, { temperature: 0, frozen: true }, {}];
    await runExperiment(experiment, { path, config: { ...tiny, discussion, seats } });
    const updates = await rowsOf(path, "updates");
    assertEquals(
      updates.map(({ turnGroup, agent }) => `${agent}/${turnGroup}`).sort(),
      ["0/first", "0/rest", "2/first", "2/rest"],
    );
    const frozen = (await rowsOf(path, "answers")).filter(({ agent }) => agent === 1);
    assertEquals(frozen.length, 4 * 2);
    assert(frozen.every(({ trained }) => !trained));
  }));

Deno.test("quickstart without updates needs nothing to train", () =>
  withTempFolder(async (folder) => {
    const tiny = tinyQuickstart(await saveTinyBase(folder), {
      updates: 0,
      trainGroups: [],
    });
    const seats = [{ frozen: true }, { frozen: true }];
    const config = { ...tiny, seats, sampling: { ...tiny.sampling, temperature: 0 } };
    await runExperiment(experiment, { path: `${folder}/run`, config });
    assertEquals((await rowsOf(`${folder}/run`, "evaluations")).length, 2 * 4 * 2 * 2);
  }));
