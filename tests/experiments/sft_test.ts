import { assertEquals } from "@std/assert";
import { arms as closedBook } from "../../experiments/closed_book/arms.ts";
import { registry } from "../../experiments/registry.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { arms } from "../../experiments/sft/arms.ts";
import { strategiesTable } from "../../experiments/sft/strategies.ts";
import type { SupervisedConfig } from "../../experiments/supervised/config.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { armConfigs, type ArmRun, framesOfRuns } from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

Deno.test("sft's MAPoRL is closed_book's, and both ways of imitating train on as many tokens", async () => {
  const [own, other] = await Promise.all(
    [arms, closedBook].map((arms) => armConfigs(arms, { registry })),
  );
  assertEquals(own!.configOf("MAPoRL"), other!.configOf("entailment"));
  assertEquals(own!.scriptOf("MAPoRL").experiment.name, "maporl");
  const [discussions, answers] = ["discussions", "single answers"].map((what) => {
    const arm = `supervised on ${what}`;
    assertEquals(own!.scriptOf(arm).experiment.name, "supervised");
    return own!.configOf(arm) as SupervisedConfig;
  });
  assertEquals(discussions!.imitation.keep, 0.1); // the paper's tenth
  assertEquals({ ...answers!.imitation, what: "discussions" }, discussions!.imitation);
  assertEquals(answers!.evaluation.numQuestions, discussions!.evaluation.numQuestions);
});

/** One agent's three turns, to two questions; the second one is always right. */
const run = (arm: string, model: string, after: readonly boolean[]): ArmRun => ({
  arm,
  seed: 0,
  baselines: [],
  evaluations: smallRows([
    ...answersOf("off-the-shelf", 0, [[false, false, true], [true, true, true]]),
    ...answersOf(model, 8, [after, [true, true, true]]),
  ]),
});
const runs = [
  run("supervised on discussions", "supervised", [false, false, false]),
  run("supervised on single answers", "supervised", [true, true, false]),
  run("MAPoRL", "MAPoRL", [false, true, true]),
];

Deno.test("sft's table sets imitation beside the base model and MAPoRL", () => {
  const { rows, columns } = withoutPValues(arms.table(runs));
  assertEquals(columns.slice(-2).map(({ title }) => title), [
    ...["last turn - off the shelf", "last turn - MAPoRL"],
  ]);
  const half = 1 / 2;
  const cells = rows.map(([name, ...rest]) => [
    name,
    ...rest.map((cell) => cell === null ? null : (cell as Interval).estimate),
  ]);
  assertEquals(cells, [
    ["off the shelf", half, half, 1, half, null, null],
    ["supervised on discussions", half, half, half, 0, -half, -half],
    ["supervised on single answers", 1, 1, half, -half, -half, -half],
    ["MAPoRL", half, 1, 1, half, 0, null],
  ]);
});

Deno.test("strategiesTable() counts the base model once, and every way of training", () => {
  const stating = (one: ArmRun, strategy: string): ArmRun => ({
    ...one,
    evaluations: one.evaluations.map((row) => ({
      ...row,
      annotations: JSON.stringify({
        strategy: row.turn === 0 ? null : row.model === "off-the-shelf" ? "own" : strategy,
      }),
    })),
  });
  const { columns, rows } = strategiesTable([
    stating(runs[0]!, "best"),
    stating(runs[2]!, "own"),
  ]);
  assertEquals(columns.map(({ title }) => title).filter((title) => title !== "accuracy"), [
    ...["turns", "strategy", "off the shelf: share", "supervised on discussions: share"],
    "MAPoRL: share",
  ]);
  // Two questions of two later turns: off the shelf 3 of 4 right, imitation 2, MAPoRL 4.
  assertEquals(rows, [
    ["later turns", "best", 0, null, 1, 0.5, 0, null],
    ["later turns", "own", 1, 0.75, 0, null, 1, 1],
  ]);
});

Deno.test("sft shows the same of its frames", () => {
  const { tables, plots } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(JSON.stringify(plots!.picture).includes("after imitation"), true);
});
