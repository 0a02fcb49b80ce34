import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ArmRun, costsTable, type UpdateAnswers } from "../../lib/tracking/mod.ts";
import { evaluationsRow } from "./evaluations_row.ts";

/** An update of two names of parameters, each trained on two of six answers. */
function update(index: number, change: Partial<UpdateAnswers> = {}): UpdateAnswers[] {
  return ["agent_0", "agent_1"].map((parameters, place) => ({
    update: index,
    parameters,
    turnGroup: "all",
    numAnswers: 2,
    rolloutAnswers: 6,
    rolloutTokens: 3000,
    rolloutComputedTokens: 5000,
    rolloutFlops: 2e12,
    rolloutSeconds: 10,
    updateFlops: 3e12,
    updateSeconds: 1,
    measuredPeak: 100 + 10 * place,
    ...change,
  }));
}

function run(
  arm: string,
  seed: number,
  updates?: readonly UpdateAnswers[],
  update = updates?.length === 0 ? 0 : 2,
): ArmRun {
  const row = {
    ...evaluationsRow({ model: "MAPoRL", update, question: 0, turn: 0, correct: true }),
    computedPromptTokens: 500,
    responseLength: 250,
    promptFlops: 3e11,
    responseFlops: 1e11,
  };
  return {
    arm,
    seed,
    evaluations: [row, row],
    baselines: [{ ...row, method: "greedy" }],
    ...(updates && { updates }),
  };
}

const cellsOf = (runs: readonly ArmRun[]) =>
  Object.fromEntries(costsTable(runs).rows.map(([arm, ...cells]) => [arm as string, cells]));

/** Three answers of 250 tokens on 500 that were computed. */
const evaluated = [3, 0.75, 2.25, 3 * 4e11 / 1e12];

Deno.test("costsTable() counts what is sampled once for all parameters, and means over seeds", () => {
  const twice = [...update(0), ...update(1)];
  // Of one update 4 trained on, 6 sampled, 2 + 3 + 3 TFLOP and 10 + 1 + 1 s; at most 110 MiB.
  const one = [4, 6, 3, 5, 8, 12, 110];
  assertEquals(cellsOf([run("one", 0, update(0))]), { one: [1, ...one, ...evaluated] });
  const both = [run("both", 0, update(0, { measuredPeak: 200 })), run("both", 1, twice)];
  assertEquals(cellsOf(both), { both: [2, 6, 9, 4.5, 7.5, 12, 18, 155, ...evaluated] });
  const { columns, caption } = costsTable(both);
  assertEquals(columns.length, 13);
  assertEquals(caption!.includes("What is empty"), false);
});

Deno.test("costsTable() leaves out columns that no arm fills", () => {
  const { columns, rows, caption } = costsTable([run("before", 0), run("untrained", 0, [])]);
  assertEquals(columns.map(({ title }) => title).slice(2, 4), [
    "evaluation: answers",
    "evaluation: k tokens sampled",
  ]);
  assertEquals(rows, [["before", 1, ...evaluated], ["untrained", 1, ...evaluated]]);
  assertStringIncludes(caption!, "left out was not kept");
});

Deno.test("costsTable() is empty where a run does not tell, and counts nothing where nothing was trained", () => {
  const { rolloutTokens: _tokens, rolloutComputedTokens: _computed, ...older } = update(0)[0]!;
  const runs = [
    run("before any", 0),
    run("one tells", 0, update(0)),
    run("one tells", 1),
    run("older", 0, [older]),
    run("blind", 0, update(0, { measuredPeak: null })),
    run("untrained", 0, []),
    run("imitating", 0, [], 2), // trained, by a script that keeps no rows of updates
  ];
  const nothing = Array(7).fill(null);
  assertEquals(cellsOf(runs), {
    "before any": [1, ...nothing, ...evaluated],
    "one tells": [2, ...nothing, ...evaluated],
    "older": [1, 2, 6, null, null, 5, 11, 100, ...evaluated],
    "blind": [1, 4, 6, 3, 5, 8, 12, null, ...evaluated],
    "untrained": [1, 0, 0, 0, 0, 0, 0, null, ...evaluated],
    "imitating": [1, ...nothing, ...evaluated],
  });
  assertStringIncludes(costsTable(runs).caption!, "What is empty or left out was not kept");
});
