import { assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms } from "../../experiments/single_agent/arms.ts";
import { plotOfArms } from "../../experiments/single_agent/picture.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import { type ArmRun, layerOfArm } from "../../lib/tracking/mod.ts";
import { seatChoices } from "../../lib/training/mod.ts";
import { answersOf } from "../tracking/evaluations_row.ts";

const names = Object.keys(arms.arms);

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
