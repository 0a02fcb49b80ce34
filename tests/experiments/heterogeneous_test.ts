import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { arms } from "../../experiments/heterogeneous/arms.ts";
import { BASES } from "../../experiments/heterogeneous/bases.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { experiment } from "../../experiments/maporl/run.ts";
import { experiment as pretrain } from "../../experiments/pretrain/run.ts";
import { type PretrainConfig, pretrainSchema } from "../../experiments/pretrain/config.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { readYaml, resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { loadLanguageModel, loadModelText } from "../../lib/models/mod.ts";
import {
  type ArmRun,
  framesOfRuns,
  layerOfArm,
  orderOfArms,
  readFrame,
} from "../../lib/tracking/mod.ts";
import {
  makeClosedBookArithmetic,
  smallWorldPieceTokenizer,
  smallWorldTokenizer,
} from "../../lib/worlds/small_world/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks, withTempFolder } from "../support/small_world.ts";
import { discussionOf } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";
import { runExperiment } from "./run_experiment.ts";
import { tinyPretrain } from "./tiny_pretrain.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

const names = Object.keys(arms.arms);
const configOf = (arm: string) => {
  const layer = layerOfArm(arms.arms[arm]!, (other) => `run of ${other}`);
  return resolveConfig(maporlSchema, [arms.settings, layer], []) as MaporlConfig;
};
const folderOf = (path: string) => path.split("/").slice(0, -1).join("/");

Deno.test("heterogeneous trains every set of parameters on as many answers, each scored by its own verifier", () => {
  assertEquals(names, [
    ...["wide + narrow", "wide + deep", "wide + wide", "narrow + narrow", "deep + deep"],
    ...["wide alone", "narrow alone", "deep alone"],
    ...["wide + narrow, trained alone", "wide + deep, trained alone"],
  ]);
  for (const arm of names) {
    const { algorithm, base, discussion, seats, verifier } = configOf(arm);
    const isTrained = algorithm.updates > 0;
    assertEquals(isTrained, !arm.endsWith("trained alone"));
    // Nobody shares: each agent of two has parameters of its own, and is trained at both turns.
    assertEquals(algorithm.shareAgents, discussion.numAgents === 1, arm);
    if (isTrained) assertEquals(algorithm.questionsPerUpdate * discussion.numTurns, 288, arm);
    for (const seat of [{ base, verifier }, ...seats ?? []]) {
      if (seat.base === null || seat.verifier?.kind !== "trained") continue;
      assertEquals(folderOf(seat.base), folderOf(seat.verifier.path), arm);
    }
  }
  const seatsOf = (arm: string) =>
    configOf(arm).seats!.map(({ base, initFrom }) => [base, initFrom]);
  const folder = "data/checkpoints/closed_book";
  assertEquals(seatsOf("wide + deep"), [[null, null], [`${folder}_deep/base`, null]]);
  assertEquals(seatsOf("wide + narrow, trained alone"), [
    [`${folder}/base`, { run: "run of wide alone", agent: 0 }],
    [`${folder}_narrow/base`, { run: "run of narrow alone", agent: 0 }],
  ]);
  assertEquals(orderOfArms(arms.arms).slice(-2), names.slice(-2));
});

Deno.test("the base models of heterogeneous differ in width, one in depth, one in vocabulary, all in what is rare", async () => {
  const root = new URL("../../experiments/", import.meta.url);
  const configs = await Promise.all(["", "_narrow", "_deep"].map(async (name) => {
    const layer = await readYaml(new URL(`pretrain/closed_book${name}.yaml`, root));
    return resolveConfig(pretrainSchema, [layer], []) as PretrainConfig;
  }));
  const distinct = <Value>(of: (config: PretrainConfig) => Value) =>
    configs.map(of).filter((value, i, all) => all.indexOf(value) === i);
  assertEquals(configs.length, BASES.length);
  assertEquals(distinct(({ model }) => model.hiddenSize), [128, 96, 112]);
  assertEquals(distinct(({ model }) => model.numHiddenLayers), [4, 6]);
  assertEquals(distinct(({ tokenizer }) => tokenizer), ["words", "pieces"]);
  assertEquals(distinct(({ task }) => task.name === "closed_book" && task.tailSeed), [0, 1, 2]);
  for (const base of BASES.slice(1)) {
    const file = new URL(`train_verifier/closed_book_${base}_arithmetic.yaml`, root);
    const config = resolveConfig(trainVerifierSchema, [await readYaml(file)], []);
    assertEquals(config.base, `data/checkpoints/closed_book_${base}/base`);
  }
});

const questions = makeClosedBookArithmetic({
  seed: 0,
  difficulty: 2,
  tailSeed: 0,
  tailExponent: { arithmetic: 1, entailment: 1 },
}).questions("test");

Deno.test("heterogeneous lets both vocabularies end their longest answers", () => {
  const { sampling: { maxNewTokens } } = configOf("wide + deep");
  for (const tokenizer of [smallWorldTokenizer, smallWorldPieceTokenizer]) {
    for (let i = 0; i < 100; i++) {
      const answer = `doubtful : agent1 new . ${questions.at(i).solution}`;
      const length = tokenizer.encode(answer).length + 1; // and its end
      assert(length <= maxNewTokens, `${length}`);
    }
  }
});

/** Discussions of one question: 1 = right, and what a verifier gives, each of shape [T, A]. */
const discussed = (
  model: string,
  correctTA: readonly (readonly number[])[],
  scoresTA: readonly (readonly number[])[] = correctTA,
) => discussionOf(model, correctTA, (turn, agent) => ({ score: scoresTA[turn]![agent]! }));
const run = (arm: string, evaluations: ArmRun["evaluations"]): ArmRun => ({
  arm,
  seed: 0,
  evaluations,
  baselines: [],
});
const trained = (arm: string, before: number[][], after: number[][], scores?: number[][]) =>
  run(arm, [...discussed("off-the-shelf", before), ...discussed("MAPoRL", after, scores)]);
const runs: ArmRun[] = [
  // The second agent is right, and its verifier more certain.
  trained("wide + narrow", [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[0.5, 0.5], [0.6, 0.7]]),
  trained("wide + wide", [[0, 0], [0, 0]], [[0, 0], [1, 1]]),
  trained("narrow + narrow", [[0, 0], [0, 0]], [[0, 0], [0, 0]]),
  trained("wide alone", [[0]], [[1]]),
  trained("narrow alone", [[0]], [[1]]),
  run("wide + narrow, trained alone", [
    ...discussed("before training", [[1, 1], [0, 0]]),
    ...discussed("before training again", [[1, 1], [0, 0]]),
  ]),
];
const estimates = (cells: readonly unknown[]) =>
  cells.map((cell) => cell === null ? null : (cell as Interval).estimate);

Deno.test("heterogeneous' tables have each agent turn by turn, and each pair beside what both reach otherwise", () => {
  const { tables, plots } = resultOfArms(arms).show(framesOfRuns(runs));
  const agents = withoutPValues(tables.agents!).rows;
  assertEquals(agents.map(([pair, who, ...cells]) => [pair, who, ...estimates(cells)]), [
    ["wide + narrow", "wide", 1, 0, 0, 0, 0],
    ["wide + narrow", "narrow", 0, 0, 0, 1, 1],
    ["wide + narrow", "vote", 1 / 2, 0, 0, 1 / 2, 1 / 2],
    ["wide + narrow", "best by the verifiers", 1, 0, 0, 1, 1],
  ]);
  // Together 1/2; with their own copies 1 and 0; alone 1 and 1; trained alone, then together 0.
  const partners = withoutPValues(tables.partners!).rows;
  assertEquals(partners.map(([pair, ...cells]) => [pair, ...estimates(cells)]), [
    ["wide + narrow", 1 / 2, 1 / 2, 0, 1, -1 / 2, 0, 1 / 2],
  ]);
  const turns = withoutPValues(tables.turns!).rows;
  assertEquals(turns.map(([name, ...cells]) => [name, ...estimates(cells)]), [
    ["wide + narrow: off the shelf", 1 / 2, 0, -1 / 2, null],
    ["wide + narrow: MAPoRL", 0, 1 / 2, 1 / 2, 1 / 2],
    ["wide + narrow: trained alone", 1, 0, -1, 0],
  ]);
  assertEquals(tables.main!.rows.map(([arm]) => arm), runs.map(({ arm }) => arm));
  assert(JSON.stringify(plots!.picture).includes('"series":"trained alone"'));
  // Of some arms there are tables too.
  for (const arm of names) {
    const some = runs.filter((run) => run.arm === arm);
    for (const { columns, rows } of Object.values(arms.tables!(some))) {
      assert(rows.every(({ length }) => length === columns.length), arm);
    }
  }
});

const pieces = (folder: string) =>
  tinyPretrain({
    tokenizer: "pieces",
    task: { name: "closed_book", of: "arithmetic" },
    corpus: { solutionSteps: 2, batchSize: 4 },
    legs: [4],
    warmupSteps: 1,
    evaluationAgents: [2],
    saveTo: `${folder}/pieces`,
  });

Deno.test("a base model in pieces is pretrained, measured, and discusses with one in words", (t) =>
  withTempFolder(async (folder) => {
    const saved = `${folder}/pieces`;
    await t.step("it is saved with its own tokenizer", async () => {
      const config = pieces(folder);
      await runExperiment(pretrain, { path: `${folder}/pretrain`, config });
      const { decoder, tokenizer } = await loadLanguageModel(saved);
      assertEquals(decoder.config.vocabSize, smallWorldPieceTokenizer.vocabSize);
      decoder.dispose();
      const text = "Ann sells Tom 03 apples . \\boxed{12}";
      const ids = [...tokenizer.encode(text)];
      assertEquals(ids, [...smallWorldPieceTokenizer.encode(text)]);
      assertEquals(tokenizer.decode(ids), text);
    });

    await t.step("it is measured in its own tokens, without being told them", async () => {
      const { task, evaluationQuestions } = pieces(folder);
      const config = { task, measure: saved, evaluationQuestions, evaluationAgents: [2] };
      const path = `${folder}/measured`;
      const [line] = await runExperiment(pretrain, { path, config });
      assert(/^accuracy of one answer/.test(line!), line);
    });

    await t.step("both are trained for an update, and nothing is left behind", async () => {
      const base = await saveTinyBase(folder);
      const [words, other] = await Promise.all([base, saved].map(loadModelText));
      const ids = [words!, other!].map(({ tokenizer }) => [...tokenizer.encode("Tom has 03 pens")]);
      assertNotEquals(ids[0], ids[1]);
      const tiny = tinyQuickstart(base, { updates: 1, shareAgents: false });
      const config = {
        ...tiny,
        task: { name: "closed_book", of: "arithmetic" },
        seats: [{}, { base: saved }],
      };
      const train = (name: string) =>
        runExperiment(experiment, { path: `${folder}/${name}`, config });
      await train("warm");
      const before = [tf.memory().numTensors, numHeapBlocks()];
      await train("again");
      assertEquals([tf.memory().numTensors, numHeapBlocks()], before);
      const updates = (await readFrame(`${folder}/again/updates.parquet`)).toRecords();
      const groups = new Set(updates.map(({ parameters }) => parameters));
      assertEquals(groups, new Set(["agent_0", "agent_1"]));
      const answers = (await readFrame(`${folder}/again/answers.parquet`)).toRecords();
      const who = new Set(answers.map(({ agent, baseModel }) => `${agent} ${baseModel}`));
      assertEquals(who, new Set([`0 ${base}`, `1 ${saved}`]));
    });
  }));
