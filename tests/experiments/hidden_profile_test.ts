import { assertEquals } from "@std/assert";
import { bySeed, toldAfter, toldBefore } from "../../experiments/hidden_profile/columns.ts";
import { protocolValues } from "../../experiments/hidden_profile/protocol.ts";
import { seatTables } from "../../experiments/hidden_profile/tables.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import type { ArmRun } from "../../lib/tracking/mod.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";

/** A discussion of two agents: what each says that it does at first and later, and whether it is right then. */
function discussion(
  model: string,
  question: number,
  [first, later, right]: readonly [readonly string[], readonly string[], readonly boolean[]],
) {
  const update = model === "MAPoRL" ? 8 : 0;
  return [first, later].flatMap((strategies, turn) =>
    strategies.map((strategy, agent) => {
      const correct = turn === 1 && right[agent]!;
      const row = evaluationsRow({ model, update, question, turn, correct });
      return { ...row, agent, annotations: JSON.stringify({ strategy }) };
    })
  );
}

Deno.test("protocolValues() counts who solves after all have told, after training", () => {
  const evaluations = [
    ...discussion("off-the-shelf", 0, [["tell", "tell"], ["solve", "guess"], [true, true]]),
    ...discussion("off-the-shelf", 1, [["tell", "tell"], ["solve", "solve"], [false, true]]),
    ...discussion("off-the-shelf", 2, [["tell", "guess"], ["solve", "solve"], [true, true]]), // not all
    ...discussion("MAPoRL", 0, [["tell", "tell"], ["solve", "solve"], [true, true]]),
    ...discussion("MAPoRL", 1, [["guess", "tell"], ["solve", "solve"], [false, false]]),
    // Between two updates, when less had been learnt.
    ...discussion("MAPoRL", 2, [["tell", "tell"], ["solve", "solve"], [false, false]])
      .map((row) => ({ ...row, update: 4, evaluation: "validation" })),
  ];
  const run = (arm: string): ArmRun => ({ arm, seed: 0, evaluations, baselines: [] });
  const {
    trainedProtocol,
    trainedProtocolAnswers,
    apartProtocolAnswers,
  } = protocolValues([run("influence-aware"), run("immediate")]);
  // Two of the trained answers follow the script, both right; of the untrained, wrong ones too.
  assertEquals([trainedProtocol!.value, trainedProtocolAnswers!.value], [1, 2]);
  assertEquals(apartProtocolAnswers!.value, 0);
});

Deno.test("columns show what each seed ends with, and how many first answers tell then", () => {
  const run = (seed: number, trained: ReturnType<typeof discussion>): ArmRun => ({
    arm: "immediate",
    seed,
    baselines: [],
    evaluations: [
      ...discussion("off-the-shelf", 0, [["tell", "tell"], ["solve", "guess"], [true, true]]),
      ...trained,
    ],
  });
  const runs = [
    run(0, discussion("MAPoRL", 0, [["tell", "guess"], ["guess", "guess"], [false, true]])),
    run(1, discussion("MAPoRL", 0, [["guess", "guess"], ["guess", "guess"], [false, false]])),
  ];
  assertEquals(bySeed.cell(runs), "0.50, 0.00");
  assertEquals([toldBefore.cell(runs), toldAfter.cell(runs)], [1, 1 / 4]);
  const without = runs.map(({ evaluations, ...rest }) => ({
    ...rest,
    evaluations: evaluations.map((row) => ({ ...row, annotations: "{}" })),
  }));
  assertEquals(toldAfter.cell(without), null);
});

Deno.test("seatTables() tells the agent that learns from its frozen partners", () => {
  const [yes, no] = [true, false];
  const before = ["tell", "guess", "tell"];
  const evaluations = [0, 1].flatMap((question) => [
    ...discussion("off-the-shelf", question, [before, before, [no, no, yes]]),
    ...discussion("MAPoRL", question, [["tell", "tell", "guess"], before, [
      yes,
      question === 0,
      no,
    ]]),
  ]);
  const run = (arm: string): ArmRun => ({ arm, seed: 0, evaluations, baselines: [] });
  const { columns, rows } = seatTables([
    run("influence-aware"),
    run("agent 2 trained, others frozen"),
  ]).by_seat!;
  assertEquals(columns.map(({ title }) => title), [
    ...["arm", "seeds", "before training", "after", "after - before", "p (Holm)"],
    ...["first answers that tell, before", "first answers that tell, after"],
  ]);
  const numbers = rows.map((row) => row.map((cell) => (cell as Interval | null)?.estimate ?? cell));
  // Agent 2 is right in one of two questions, never before; its partners once in each, as before.
  assertEquals(numbers.map((row) => [...row.slice(0, 5), ...row.slice(-2)]), [
    ["agent 2, trained", 1, 0, 1 / 2, 1 / 2, 0, 1],
    ["frozen, beside agent 2", 1, 1 / 2, 1 / 2, 0, 1, 1 / 2],
  ]);
});
