import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { arms } from "../../experiments/credit/arms.ts";
import {
  curvesOf,
  learningCurve,
  meanOfValues,
  sharedTokens,
  valuesAt,
} from "../../experiments/credit/curves.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { quickSettings } from "../../experiments/quick_settings.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import { type Interval, questionKey } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  framesOfRuns,
  hashOfQuestion,
  layerOfArm,
  type UpdateAnswers,
} from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const names = Object.keys(arms.arms);
const layersOf = (arm: string) => [arms.settings, layerOfArm(arms.arms[arm]!)];
const configOf = (arm: string) => resolveConfig(maporlSchema, layersOf(arm), []) as MaporlConfig;

Deno.test("credit has every credit and every reward design, on the same questions of each update", () => {
  const described = names.map((arm) => {
    const { algorithm, discussion, evaluation, reward } = configOf(arm);
    assertEquals([discussion.numSamples, algorithm.questionsPerUpdate, evaluation.split], [
      ...[4, 16, "validation"],
    ]);
    return [arm, algorithm.credit.name, reward.horizon, reward.share];
  });
  assertEquals(described, [
    ["GAE", "gae", "discounted_sum", "all"],
    ["RLOO", "rloo", "discounted_sum", "all"],
    ["GRPO", "grpo", "discounted_sum", "all"],
    ["REINFORCE++", "reinforce++", "discounted_sum", "all"],
    ["counterfactual", "counterfactual", "current", "individual"],
    ["GAE, cumulative", "gae", "discounted_sum", "individual"],
    ["GAE, immediate", "gae", "current", "individual"],
    ["GAE, final answer", "gae", "last", "individual"],
  ]);
});

Deno.test("credit keeps its curves with small budgets, which have two updates", () => {
  for (const arm of names) {
    const over = quickSettings("maporl")(configOf(arm));
    const quick = resolveConfig(maporlSchema, [...layersOf(arm), over], []) as MaporlConfig;
    assertEquals([quick.algorithm.updates, quick.evaluation.every], [2, 1]);
  }
});

/** An update that sampled so many tokens, as its rows of two parameter groups tell. */
const update = (index: number, rolloutTokens: number): UpdateAnswers[] =>
  ["all", "rest"].map((turnGroup) => ({
    update: index,
    parameters: "shared",
    turnGroup,
    numAnswers: 2,
    rolloutAnswers: 4,
    rolloutTokens,
  }));
/** Two questions of two turns, asked before, after one update and after two. */
const run = (
  arm: string,
  tokens: readonly number[],
  last: readonly (readonly boolean[])[],
): ArmRun => ({
  arm,
  seed: 0,
  baselines: [],
  updates: tokens.flatMap((count, index) => update(index, count)),
  evaluations: smallRows(
    last.flatMap((right, done) =>
      answersOf(done === 0 ? "off-the-shelf" : "MAPoRL", done, right.map((is) => [false, is]))
    ),
  ),
});
/** 0 of 2 right, 1 of 2, 2 of 2. */
const UP = [[false, false], [true, false], [true, true]];
const FLAT = [[false, false], [false, false], [false, true]];
const runs = [run("GAE", [1000, 3000], UP), run("RLOO", [2000, 4000], FLAT)];
const keyOf = (question: number) =>
  questionKey(`q${question}`, hashOfQuestion(`question ${question}`));
const meanAt = (tokens: number, i = 0) => {
  const values = [...valuesAt(curvesOf(runs)[i]!, tokens).get(0)!.values()];
  return values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
};

Deno.test("learningCurve() counts an update's tokens once, and only those before the evaluation", () => {
  const curve = learningCurve(runs[0]!);
  assertEquals(curve.map(({ tokens }) => tokens), [0, 1000, 4000]);
  assertEquals([...curve[1]!.values], [[keyOf(0), 1], [keyOf(1), 0]]);
  const [untold] = run("GAE", [1000], UP).updates!;
  const { rolloutTokens: _, ...older } = untold!;
  assertEquals(learningCurve({ ...runs[0]!, updates: [older] }), []);
});

Deno.test("valuesAt() reads a curve on the line between two evaluations", () => {
  assertEquals(sharedTokens(curvesOf(runs)), 4000);
  assertEquals([meanAt(0), meanAt(500), meanAt(1000), meanAt(4000)], [0, 1 / 4, 1 / 2, 1]);
  // A third of the way from 1 of 2 to 2 of 2.
  assertAlmostEquals(meanAt(2000), 1 / 2 + 1 / 6);
  // RLOO has sampled 6000: its 4000 lie half way from 2000 tokens with 0 of 2.
  assertAlmostEquals(meanAt(4000, 1), 1 / 4);
  const [one] = curvesOf(runs);
  const way = meanOfValues([0, 1000, 4000].map((tokens) => valuesAt(one!, tokens)));
  assertAlmostEquals(way.get(0)!.get(keyOf(0))!, 2 / 3);
});

Deno.test("credit's table compares arms at the tokens that all have sampled, the plot in two panels", () => {
  const { tables, plots } = resultOfArms(arms).show(framesOfRuns(runs));
  const { columns, rows, caption } = withoutPValues(tables.main!);
  assertEquals(columns.slice(3).map(({ title }) => title), [
    ...["at 2 k tokens", "at 4 k tokens", "then minus GAE", "mean on the way"],
    "its mean minus GAE",
  ]);
  const estimates = rows.map((row) =>
    row.slice(2).map((cell) => cell === null ? null : +(cell as Interval).estimate.toFixed(4))
  );
  // On the way, at 1, 2, 3, 4 k: GAE 1/2, 2/3, 5/6, 1; RLOO 0, 0, 1/8, 1/4.
  assertEquals(estimates, [
    [0, 0.6667, 1, null, 0.75, null],
    [0, 0, 0.25, -0.75, 0.0938, -0.6563],
  ]);
  assert(caption!.includes("each quarter"), caption);
  const [byCredit, byReward] = JSON.stringify(plots!.picture).split('"by reward"');
  assert(byCredit!.includes('"RLOO"') && !byReward!.includes('"RLOO"'));
  assert(byReward!.includes('"GAE"'));
});

Deno.test("credit's table has no rows where runs do not tell their tokens", () => {
  const { rows } = arms.table(runs.map(({ updates: _, ...older }) => older));
  assertEquals(rows, []);
});
