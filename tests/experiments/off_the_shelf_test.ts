import { assert, assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { arms } from "../../experiments/off_the_shelf/arms.ts";
import { soloTable } from "../../experiments/off_the_shelf/solo.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm } from "../../lib/tracking/mod.ts";
import { answersOf, evaluationsRow, smallRows } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const names = Object.keys(arms.arms);
const configOf = (arm: string) =>
  resolveConfig(maporlSchema, [arms.settings, layerOfArm(arms.arms[arm]!)], []) as MaporlConfig;

Deno.test("off_the_shelf trains the later turns alone, of two agents, and measures three", () => {
  assertEquals(names.length, 6);
  for (const arm of names) {
    const { algorithm, discussion, evaluation, reward, task, verifier } = configOf(arm);
    assertEquals([discussion.numAgents, discussion.numTurns, evaluation.numAgents], [2, 3, 3]);
    assertEquals([algorithm.turnGroups, algorithm.trainGroups], ["first_vs_rest", ["rest"]]);
    const [domain, alpha] = arm.split(", alpha ");
    assert(task.name === "closed_book" && task.of === domain);
    assert(verifier.path.includes(`${domain}_verifier`));
    const { againstOthers, followOthers, othersLeftMe, othersJoinedMe } = reward;
    const weights = [againstOthers, followOthers, othersLeftMe, othersJoinedMe];
    assertEquals(weights, Array(4).fill(Number(alpha)));
    // Answers without discussion are measured once for each domain.
    assertEquals(evaluation.baselines.maxAnswers > 0, alpha === "0");
  }
});

/** An answer without discussion to a question. */
const alone = (method: string, question: number, correct: boolean) => ({
  ...evaluationsRow({
    model: method === "sampled" ? "off-the-shelf" : "MAPoRL",
    update: method === "sampled" ? 0 : 8,
    question,
    turn: 0,
    correct,
  }),
  method,
});

/** Three turns of one agent; what is answered without discussion in the arms without incentives. */
const runs = names.map((arm, i): ArmRun => ({
  arm,
  seed: 0,
  evaluations: smallRows([
    ...answersOf("off-the-shelf", 0, [[true, false, false], [false, false, true]]),
    ...answersOf("MAPoRL", 8, [[true, true, true], [false, true, i > 3]]),
  ]),
  baselines: arm.endsWith("0")
    ? smallRows([
      alone("sampled", 0, true),
      { ...alone("sampled", 0, false), agent: 1 },
      alone("sampled", 1, false),
      { ...alone("sampled", 1, false), agent: 1 },
      alone("parameters_of_rest", 0, true),
      alone("parameters_of_rest", 1, false),
      // The trained model's own first answers, where the first turn is trained too: not the base model's.
      ...[0, 1].map((question) => ({
        ...alone("sampled", question, true),
        model: "MAPoRL",
        update: 8,
      })),
    ])
    : [],
}));
const estimates = (cells: readonly unknown[]) =>
  cells.map((cell) => cell === null ? null : (cell as Interval).estimate);

Deno.test("off_the_shelf's table has each domain's base model once, and every alpha against it", () => {
  const { columns, rows } = withoutPValues(arms.table(runs));
  assertEquals(columns.slice(-2).map(({ title }) => title), [
    "last turn - off the shelf",
    "last turn - alpha 0",
  ]);
  assertEquals(rows.map(([name, ...cells]) => [name, ...estimates(cells)]), [
    ["arithmetic: off the shelf", 1 / 2, 0, 1 / 2, 0, null, null],
    ...[0, 1, 2].map((alpha) => [
      `arithmetic: MAPoRL, alpha ${alpha}`,
      ...[1 / 2, 1, 1 / 2, 0, 0, alpha === 0 ? null : 0],
    ]),
    ["entailment: off the shelf", 1 / 2, 0, 1 / 2, 0, null, null],
    ["entailment: MAPoRL, alpha 0", 1 / 2, 1, 1 / 2, 0, 0, null],
    ...[1, 2].map((alpha) => [
      `entailment: MAPoRL, alpha ${alpha}`,
      ...[1 / 2, 1, 1, 1 / 2, 1 / 2, 1 / 2],
    ]),
  ]);
});

Deno.test("off_the_shelf's transitions are those of Figures 3 and 4", () => {
  const { transitions } = arms.tables!(runs);
  // 4 models in 2 domains, 2 pairs of turns each; of off the shelf 1 → 2 one of two falls, 2 → 3 the other rises.
  assertEquals(transitions!.rows.length, 16);
  const [first, second] = transitions!.rows;
  assertEquals(estimates(first!.slice(2, -1)), [0, 0, 1 / 2, 1 / 2, -1 / 2]);
  assertEquals(estimates(second!.slice(2, -1)), [0, 1 / 2, 0, 1 / 2, 1 / 2]);
  assertEquals(first!.at(-1), 2);
});

Deno.test("soloTable() asks what the later turns' parameters answer alone, beside the base model", () => {
  const { rows } = withoutPValues(soloTable(runs));
  assertEquals(rows.map(([domain, model, ...cells]) => [domain, model, ...estimates(cells)]), [
    // Of four answers one is right; of two questions one.
    ...["arithmetic", "entailment"].flatMap((domain) => [
      [domain, "off-the-shelf, one answer", 1 / 4, null],
      [domain, "MAPoRL, one answer, parameters of turn group rest", 1 / 2, 1 / 4],
    ]),
  ]);
  assertEquals(soloTable(runs.filter(({ arm }) => !arm.endsWith("0"))).rows, []);
});

Deno.test("off_the_shelf shows the same of its frames, with a picture and baselines of each domain", () => {
  const result = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(Object.keys(result.tables).sort(), [
    "baselines_arithmetic_alpha_0",
    "baselines_entailment_alpha_0",
    ...["costs", "main", "mean", "solo", "transitions"],
  ]);
  assertEquals(result.tables.main!.rows, arms.table(runs).rows);
  assert(JSON.stringify(result.plots!.picture).includes('"series":"MAPoRL, alpha 2"'));
});
