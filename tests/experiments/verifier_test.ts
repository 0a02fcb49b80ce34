import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms as offTheShelf } from "../../experiments/off_the_shelf/arms.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { arms } from "../../experiments/verifier/arms.ts";
import { verdictsTable } from "../../experiments/verifier/verdicts.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  type Arms,
  type Cell,
  framesOfRuns,
  layerOfArm,
  type Table,
} from "../../lib/tracking/mod.ts";
import { answersOf, withoutTexts } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const configOf = ({ settings, arms }: Arms, arm: string) =>
  resolveConfig(maporlSchema, [settings, layerOfArm(arms[arm]!)], []) as MaporlConfig;

Deno.test("verifier's arms with one are those of off_the_shelf, whose runs are found again", () => {
  for (const domain of ["arithmetic", "entailment"]) {
    assertEquals(
      configOf(arms, `${domain}, with verifier`),
      configOf(offTheShelf, `${domain}, alpha 0`),
    );
  }
});

Deno.test("without verifier nobody reads verdicts, and right or wrong at the end is what is paid", () => {
  for (const domain of ["arithmetic", "entailment"]) {
    const { reward, discussion, ...rest } = configOf(arms, `${domain}, without verifier`);
    const one = configOf(arms, `${domain}, with verifier`);
    assertEquals([reward.source, reward.horizon, discussion.showScores], ["label", "last", false]);
    assertEquals({ ...reward, source: "verifier", horizon: "discounted_sum" }, one.reward);
    assertEquals({ ...discussion, showScores: true }, one.discussion);
    assertEquals([rest.task, rest.verifier, rest.algorithm], [
      one.task,
      one.verifier,
      one.algorithm,
    ]);
  }
});

/** One agent's three turns, to two questions; the second one is always right. */
function run(arm: string, after: readonly boolean[], score: number): ArmRun {
  const late = [false, false, false];
  const rows = [
    ...answersOf("off-the-shelf", 0, [late, [true, true, true]]),
    ...answersOf("MAPoRL", 8, [after, [true, true, true]]),
  ];
  return {
    arm,
    seed: 0,
    baselines: [],
    evaluations: withoutTexts(rows).map((r) => ({ ...r, score })),
  };
}
const runs = [
  run("entailment, with verifier", [false, true, true], 0.75),
  run("entailment, without verifier", [false, false, true], 0.25),
];
const estimates = ({ rows }: Table) =>
  rows.map(([name, ...cells]) => [
    name,
    ...cells.map((cell: Cell) => cell === null ? null : (cell as Interval).estimate),
  ]);

Deno.test("verifier's table has the rows of Table 7, each beside what reads as many verdicts", () => {
  const table = withoutPValues(arms.table(runs));
  assertEquals(table.columns.slice(-2).map(({ title }) => title), [
    ...["last turn - off the shelf", "last turn - without verifier"],
  ]);
  const half = 1 / 2;
  assertEquals(estimates(table), [
    ["entailment: off the shelf, with verifier", half, half, half, 0, null, 0],
    ["entailment: MAPoRL, with verifier", half, 1, 1, half, half, 0],
    ["entailment: off the shelf, without verifier", half, half, half, 0, null, null],
    ["entailment: MAPoRL, without verifier", half, half, 1, half, half, null],
  ]);
});

Deno.test("verdictsTable() counts scores above one half beside right answers", () => {
  const [before, after, beforeWithout, afterWithout] = estimates(
    withoutPValues(verdictsTable(runs)),
  );
  const half = 1 / 2;
  // With 0.75 throughout every answer is called right: so is the second question's, and the first's of 2 in 3 turns.
  assertEquals(before, [
    "entailment: off the shelf, with verifier",
    half,
    half,
    half,
    half,
    null,
    0.25,
  ]);
  assertEquals(after!.slice(1, 4), [half, 1, 1]);
  assertAlmostEquals(after![4] as number, 5 / 6);
  assertAlmostEquals(after![5] as number, 1 / 3); // 5/6 - 1/2
  assertAlmostEquals(after![6] as number, 0.75 - 5 / 6);
  // With 0.25 every answer is called wrong.
  assertEquals(beforeWithout!.slice(1, 5), [half, half, half, half]);
  assertEquals(afterWithout!.slice(1, 4), [half, half, 0]);
  assertAlmostEquals(afterWithout![5] as number, 1 / 3 - 1 / 2);
});

Deno.test("verifier shows the same of its frames", () => {
  const { tables, plot } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(estimates(tables.verdicts!), estimates(verdictsTable(runs)));
  assertEquals(JSON.stringify(plot).includes('"hconcat"'), true);
});
