import { assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms as offTheShelf } from "../../experiments/off_the_shelf/arms.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { arms } from "../../experiments/transfer/arms.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  type Arms,
  framesOfRuns,
  layerOfArm,
  orderOfArms,
} from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const configOf = ({ settings, arms }: Arms, arm: string) =>
  resolveConfig(
    maporlSchema,
    [settings, layerOfArm(arms[arm]!, (other) => `run of ${other}`)],
    [],
  ) as MaporlConfig;

Deno.test("transfer's trained arms are those of off_the_shelf, whose runs are found again", () => {
  for (const domain of ["arithmetic", "entailment"]) {
    assertEquals(configOf(arms, domain), configOf(offTheShelf, `${domain}, alpha 0`));
  }
});

Deno.test("transfer asks the questions of one domain, scored by its verifier, of agents from the other", () => {
  assertEquals(orderOfArms(arms.arms).slice(0, 2), ["arithmetic", "entailment"]);
  for (
    const [from, to] of [["arithmetic", "entailment"], ["entailment", "arithmetic"]] as const
  ) {
    const config = configOf(arms, `${from} to ${to}`);
    const { task, verifier, evaluation } = configOf(arms, to);
    assertEquals([config.task, config.verifier], [task, verifier]);
    assertEquals(config.algorithm.updates, 0);
    // As many agents and questions as where agents were trained in the domain itself.
    assertEquals(config.evaluation.numAgents, evaluation.numAgents);
    assertEquals(config.evaluation.numQuestions, evaluation.numQuestions);
    assertEquals(
      config.seats!.map(({ initFrom }) => initFrom),
      Array(3).fill({ run: `run of ${from}`, agent: 0 }),
    );
  }
});

/** One agent's three turns, to two questions. */
const run = (arm: string, models: Readonly<Record<string, readonly boolean[]>>): ArmRun => ({
  arm,
  seed: 0,
  baselines: [],
  evaluations: smallRows(
    Object.entries(models).flatMap(([model, turns]) =>
      answersOf(model, model === "MAPoRL" ? 8 : 0, [turns, [true, true, true]])
    ),
  ),
});
const [LOW, UP, LATE] = [[false, false, false], [false, true, true], [false, false, true]] as const;
const runs = [
  run("arithmetic", { "off-the-shelf": LOW, "MAPoRL": UP }),
  run("entailment", { "off-the-shelf": LOW, "MAPoRL": LATE }),
  run("entailment to arithmetic", { "before training": LATE, "before training again": LATE }),
  run("arithmetic to entailment", { "before training": LOW, "before training again": LOW }),
];

Deno.test("transfer's table has the rows of Table 5, and who was trained in the domain itself", () => {
  const { rows, columns } = withoutPValues(arms.table(runs));
  assertEquals(columns.slice(-2).map(({ title }) => title), [
    ...["last turn - off the shelf", "last turn - trained in it"],
  ]);
  const cells = rows.map(([name, ...rest]) => [
    name,
    ...rest.map((cell) => cell === null ? null : (cell as Interval).estimate),
  ]);
  // Rows lead to the runs whose answers they show.
  assertEquals(arms.table(runs).rowArms, [
    ...["arithmetic", "arithmetic", "entailment to arithmetic"],
    ...["entailment", "entailment", "arithmetic to entailment"],
  ]);
  const half = 1 / 2;
  assertEquals(cells, [
    ["arithmetic: off the shelf", half, half, half, 0, null, null],
    ["arithmetic: trained in it", half, 1, 1, half, half, null],
    ["arithmetic: trained in the other", half, half, 1, half, half, 0],
    ["entailment: off the shelf", half, half, half, 0, null, null],
    ["entailment: trained in it", half, half, 1, half, half, null],
    ["entailment: trained in the other", half, half, half, 0, 0, -half],
  ]);
});

Deno.test("transfer shows the same of its frames", () => {
  const { tables, plots } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(JSON.stringify(plots!.picture).split('"hconcat"').length, 2);
});
