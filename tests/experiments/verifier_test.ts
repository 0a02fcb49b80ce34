import { assertAlmostEquals, assertEquals } from "@std/assert";
import { comparedVerifiers } from "../../experiments/compared_verifiers.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms as offTheShelf } from "../../experiments/off_the_shelf/arms.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { arms } from "../../experiments/verifier/arms.ts";
import {
  verifierColumns,
  verifierRow,
  verifiersTable,
  WAYS,
} from "../../experiments/verifier/trained_otherwise.ts";
import { verdictsTable } from "../../experiments/verifier/verdicts.ts";
import { readYaml, resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  type Arms,
  type Cell,
  frameOf,
  framesOfRuns,
  layerOfArm,
  type Table,
} from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";
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

Deno.test("final answers differ from verifier in what is paid alone", () => {
  for (const domain of ["arithmetic", "entailment"]) {
    const { reward, evaluation, ...rest } = configOf(arms, `${domain}, final answers`);
    const { reward: other, evaluation: _, ...one } = configOf(arms, `${domain}, with verifier`);
    assertEquals({ ...reward, source: "verifier", horizon: "discounted_sum" }, other);
    assertEquals(rest, one);
    assertEquals(evaluation.baselines.maxAnswers, 0);
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
    evaluations: smallRows(rows).map((r) => ({ ...r, score })),
  };
}
const runs = [
  run("entailment, with verifier", [false, true, true], 0.75),
  run("entailment, final answers", [true, false, false], 0.75),
  run("entailment, without verifier", [false, false, true], 0.25),
];
const estimates = ({ rows }: Table) =>
  rows.map(([name, ...cells]) => [
    name,
    ...cells.map((cell: Cell) => cell === null ? null : (cell as Interval).estimate),
  ]);

Deno.test("verifier's table has the rows of Table 7, each beside what reads as many verdicts", () => {
  const table = withoutPValues(arms.table(runs));
  assertEquals(table.columns.slice(-3).map(({ title }) => title), [
    ...["last turn - off the shelf", "last turn - final answers", "last turn - without verifier"],
  ]);
  const half = 1 / 2;
  assertEquals(estimates(table), [
    ["entailment: off the shelf, with verifier", half, half, half, 0, null, null, 0],
    ["entailment: MAPoRL, with verifier", half, 1, 1, half, half, half, 0],
    ["entailment: MAPoRL, final answers", 1, half, half, -half, 0, null, null],
    ["entailment: off the shelf, without verifier", half, half, half, 0, null, null, null],
    ["entailment: MAPoRL, without verifier", half, half, 1, half, half, null, null],
  ]);
});

Deno.test("verdictsTable() counts scores above one half beside right answers", () => {
  const half = 1 / 2;
  const [before, after, final, beforeWithout, afterWithout] = estimates(
    withoutPValues(verdictsTable(runs)),
  );
  assertEquals(final!.slice(0, 4), ["entailment: MAPoRL, final answers", 1, half, half]);
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

Deno.test("verdictsTable() takes more answers than a call takes arguments", () => {
  const [{ evaluations, ...place }] = runs as [ArmRun];
  const many = Array.from(
    { length: 200_000 / evaluations.length },
    (_, i) => evaluations.map((row) => ({ ...row, questionId: `${i} ${row.questionId}` })),
  ).flat();
  const table = verdictsTable([{ ...place, evaluations: many }]);
  assertEquals(estimates(table).map(([name]) => name), [
    "entailment: off the shelf, with verifier",
    "entailment: MAPoRL, with verifier",
  ]);
});

Deno.test("verifier shows the same of its frames", () => {
  const { tables, plots } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(estimates(tables.verdicts!), estimates(verdictsTable(runs)));
  assertEquals(JSON.stringify(plots!.picture).includes('"hconcat"'), true);
});

const [COMMITTED, OTHER] = ["balanced in all, latter half", "not balanced, latter half"] as const;

/** A verifier of 100 held-out answers, of which 60 are right, as its run tells of it. */
const rowOf = (way: string, seed: number, accuracy: number) => {
  const metrics = { count: 100, rightShare: 0.6, accuracy, brier: 0.2, logLoss: 0.5 };
  const after = { ...metrics, auroc: seed === 0 ? 0.75 : null, ece: 0.125 };
  const before = { ...after, accuracy: 0.5 };
  return verifierRow({ sampled: { before, after }, numTrained: 10 + 4 * seed }, {
    domain: "entailment",
    way,
    seed,
  });
};

Deno.test("verifiersTable() has means over seeds, and differences of verifiers that judge the same answers", () => {
  const rows = [
    ...[rowOf(COMMITTED, 0, 0.75), rowOf(COMMITTED, 1, 0.5)],
    ...[rowOf(OTHER, 0, 0.875), rowOf(OTHER, 1, 0.375)],
  ];
  const first = ["entailment", COMMITTED, 12, 0.625, "0.750, 0.500", null];
  const second = ["entailment", OTHER, 12, 0.625, "0.875, 0.375", "0.125, -0.125"];
  const rest = [0.5, 0.75, 0.125, 200, 0.6];
  assertEquals(verifiersTable(rows).rows, [[...first, ...rest], [...second, ...rest]]);
  // The same of what a frame keeps.
  const frames = { verifiers: frameOf(verifierColumns, rows) };
  assertEquals(comparedVerifiers.show(frames).tables.verifiers!.rows, [
    ...[[...first, ...rest], [...second, ...rest]],
  ]);
});

Deno.test("the first way of training a verifier is the committed one", async () => {
  const committed = await readYaml("experiments/train_verifier/closed_book_entailment.yaml");
  const [settings] = Object.values(WAYS);
  assertEquals(
    resolveConfig(trainVerifierSchema, [committed, settings], []),
    resolveConfig(trainVerifierSchema, [committed], []),
  );
  for (const other of Object.values(WAYS)) {
    resolveConfig(trainVerifierSchema, [committed, other], []); // throws at a wrong one
  }
});
