import { assertEquals, assertStringIncludes } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms } from "../../experiments/single_agent/arms.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { besideAlone } from "../../experiments/single_agent/beside_alone.ts";
import { plotOfArms } from "../../experiments/single_agent/picture.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm } from "../../lib/tracking/mod.ts";
import { seatChoices } from "../../lib/training/mod.ts";
import { answersOf as wholeAnswersOf, smallRows } from "../tracking/evaluations_row.ts";

const names = Object.keys(arms.arms);

const answersOf = (...args: Parameters<typeof wholeAnswersOf>) =>
  smallRows(wholeAnswersOf(...args));

/** Answers that an arm samples to train, and those of them that are trained on. */
function answersIn(arm: string) {
  const layers = [arms.settings, layerOfArm(arms.arms[arm]!)];
  const config = resolveConfig(maporlSchema, layers, []) as MaporlConfig;
  const { algorithm: { updates, questionsPerUpdate }, discussion } = config;
  const seats = seatChoices(config);
  const each = updates * questionsPerUpdate * discussion.numSamples * discussion.numTurns;
  return {
    trained: seats.filter(({ frozen }) => !frozen).length * each,
    sampled: seats.length * each,
  };
}

/** Runs of all arms, as many answers in one update as the settings say; of one question, right after training. */
const runs = names.map((arm): ArmRun => {
  const { trained, sampled } = answersIn(arm);
  const numAnswers = { numAnswers: trained, rolloutAnswers: sampled };
  return {
    arm,
    seed: 0,
    baselines: [],
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[false, false]]),
      ...answersOf(trained > 0 ? "MAPoRL" : "before training again", 1, [[false, true]]),
    ],
    updates: trained > 0
      ? [{ update: 0, parameters: "shared", turnGroup: "all", ...numAnswers }]
      : [],
  };
});

Deno.test("single_agent trains on as many answers in every arm, and those that begin trained show them too", () => {
  const { columns, rows } = arms.table(runs);
  const titles = columns.map(({ title }) => title);
  const column = (title: string) =>
    Object.fromEntries(rows.map((row) => [row[0], row[titles.indexOf(title)]]));
  // 8 updates of 64 discussions with 9 answers.
  assertEquals(
    column("answers trained on"),
    Object.fromEntries(names.map((arm) => [arm, 8 * 64 * 9])),
  );
  assertEquals(column("answers sampled for it"), {
    ...column("answers trained on"),
    "one trained, others frozen": 3 * 8 * 64 * 9,
  });
});

Deno.test("plotOfArms() has a line for each arm after training, and one before", () => {
  const text = JSON.stringify(plotOfArms(runs));
  const series = new Set([...text.matchAll(/"series":"(.*?)"/g)].map(([, name]) => name));
  assertEquals(series, new Set([...names, "off the shelf"]));
});

/** Two answers without discussion of a model that the arm has, right or wrong. */
const answersAlone = (model: string, correct: boolean) =>
  [0, 1].map((sample) => ({
    ...answersOf(model, 0, [[correct]])[0]!,
    sample,
    method: "sampled",
  }));

/** The runs of the two arms that are compared, as their frames are. */
const measured = runs.map((run): ArmRun => {
  if (run.arm === "MAPoRL") return { ...run, baselines: answersAlone("off-the-shelf", false) };
  if (run.arm !== "alone, then together") return run;
  const [before, again] = ["before training", "before training again"];
  return {
    ...run,
    evaluations: [before, again].flatMap((model) => answersOf(model!, 0, [[false, true]])),
    baselines: answersAlone(again!, true),
  };
});

Deno.test("besideAlone() lays who was trained alone beside MAPoRL, once, and leaves out seeds that lack either", () => {
  const lacking = measured.filter(({ arm }) => arm === "MAPoRL").map((run) => ({
    ...run,
    seed: 1,
  }));
  const [run, ...others] = besideAlone([...measured, ...lacking]);
  assertEquals(others, []);
  const models = (rows: readonly { model: string }[]) => rows.map(({ model }) => model);
  assertEquals(models(run!.evaluations), [
    ...["trained alone", "trained alone"], // two turns
    ...["off-the-shelf", "off-the-shelf"],
    ...["MAPoRL", "MAPoRL"],
  ]);
  assertEquals(models(run!.baselines), [
    ...["off-the-shelf", "off-the-shelf"],
    ...["trained alone", "trained alone"],
  ]);
});

Deno.test("single_agent has a table in which the best baseline may be who was trained alone", () => {
  const { tables } = resultOfArms(arms).show(framesOfRuns(measured));
  const { rows, caption } = tables.beside_alone!;
  const one = rows.filter(([, way]) => way === "one answer, as sampled");
  assertEquals(one.map(([model]) => model), ["off-the-shelf", "trained alone"]);
  assertStringIncludes(caption!, `Best baseline: "one answer, as sampled", trained alone (1.000)`);
});
