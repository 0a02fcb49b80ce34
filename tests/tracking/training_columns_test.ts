import { assertEquals } from "@std/assert";
import {
  accuracyByArm,
  type ArmRun,
  trainingColumns,
  type UpdateAnswers,
} from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

function run(arm: string, seed: number, updates?: readonly UpdateAnswers[]): ArmRun {
  const evaluations = [
    ...answersOf("off-the-shelf", 0, [[false]]),
    ...answersOf("MAPoRL", 2, [[true]]),
  ];
  return { arm, seed, evaluations, baselines: [], ...(updates && { updates }) };
}

/** An update of two names of parameters, each trained on so many answers. */
function update(index: number, numAnswers: number, rolloutAnswers: number): UpdateAnswers[] {
  return ["agent_0", "agent_1"].map((parameters) => ({
    update: index,
    parameters,
    turnGroup: "all",
    numAnswers,
    rolloutAnswers,
  }));
}

/** The two counts in the row of each arm. */
function counts(runs: readonly ArmRun[], begunWith?: Readonly<Record<string, string>>) {
  const { rows } = accuracyByArm(runs, { columns: trainingColumns(runs, begunWith) });
  return Object.fromEntries(rows.map((row) => [row[0], row.slice(-2)]));
}

Deno.test("trainingColumns() adds up all parameters and updates, and counts a sampled answer once", () => {
  const both = counts([run("both", 0, [...update(0, 4, 12), ...update(1, 3, 10)])]);
  // 2 × 4 + 2 × 3 are trained on, 12 + 10 were sampled.
  assertEquals(both, { both: [14, 22] });
});

Deno.test("trainingColumns() tells the least and the most of seeds that differ, and nothing where a run does not tell", () => {
  const runs = [
    run("differ", 0, update(0, 4, 12)),
    run("differ", 1, update(0, 5, 12)),
    run("old", 0),
  ];
  assertEquals(counts(runs), { differ: ["8 to 10", 12], old: [null, null] });
});

Deno.test("trainingColumns() counts what an arm begins with, of the same seed", () => {
  const runs = [
    run("alone", 0, update(0, 4, 8)),
    run("alone", 1, update(0, 6, 12)),
    run("together", 1, []),
    run("further", 1, update(0, 1, 6)),
    run("lost", 1, []),
  ];
  const begunWith = { together: "alone", further: "together", lost: "another" };
  // 12 of the run alone; 2 more by training further, of 6 sampled.
  assertEquals(counts(runs, begunWith), {
    alone: ["8 to 12", "8 to 12"],
    together: [12, 12],
    further: [14, 18],
    lost: [null, null],
  });
});
