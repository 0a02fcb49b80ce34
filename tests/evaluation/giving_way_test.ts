import { assertEquals, assertThrows } from "@std/assert";
import { evaluationTable, givingWay } from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";

// GOLD is "1". Three agents, two turns; who faces a majority of the other two:
// q0: 1, 2, 2 → 2, 2, 2: agent 0, right, faces 2 and gives way. Agents 1 and 2 face 1 and 2: no majority.
// q1: 2, 1, 1 → 1, 1, 1: agent 0, wrong, faces the right answer and gives way.
// q2: 2, 1, 1 → 2, 1, 1: the same, and stands.
// q3: 3, 2, 2 → 4, 2, 2: agent 0, wrong, faces another wrong answer and says a third.
// q4: 1, 2, – → 1, 2, 2: of agent 0's others only one has an answer: right, it stands. Agent 1, wrong,
//     faces 1 alone and stands. Agent 2 has no answer and so faces nothing.
const rows = [
  ...discussion("q0", [["1", "2", "2"], ["2", "2", "2"]]),
  ...discussion("q1", [["2", "1", "1"], ["1", "1", "1"]]),
  ...discussion("q2", [["2", "1", "1"], ["2", "1", "1"]]),
  ...discussion("q3", [["3", "2", "2"], ["4", "2", "2"]]),
  ...discussion("q4", [["1", "2", null], ["1", "2", "2"]]),
];

Deno.test("givingWay() tells who gave way and who stood by who was right", () => {
  assertEquals(givingWay(evaluationTable(rows)), {
    right: { count: 2, gaveWay: 1 / 2, stood: 1 / 2 }, // q0, q4
    wrong: { count: 4, gaveWay: 1 / 4, stood: 2 / 4 }, // q1, q2, q3, q4
    wrongAgainstRight: { count: 3, gaveWay: 1 / 3, stood: 2 / 3 }, // q1, q2, q4
    wrongAgainstWrong: { count: 1, gaveWay: 0, stood: 0 }, // q3
  });
});

Deno.test("givingWay() looks at one agent and turn if asked", () => {
  const { right, wrong } = givingWay(evaluationTable(rows), { agent: 1, turn: 0 });
  assertEquals(right, { count: 0, gaveWay: null, stood: null });
  assertEquals(wrong, { count: 1, gaveWay: 0, stood: 1 });
});

Deno.test("givingWay() of two agents: the single other is the majority", () => {
  const table = evaluationTable(discussion("q", [["1", "2"], ["2", "1"]]));
  const { right, wrongAgainstRight } = givingWay(table);
  assertEquals(right, { count: 1, gaveWay: 1, stood: 0 });
  assertEquals(wrongAgainstRight, { count: 1, gaveWay: 1, stood: 0 });
});

Deno.test("givingWay() throws for an agent that is not there", () => {
  assertThrows(
    () => givingWay(evaluationTable(rows), { agent: 3 }),
    RangeError,
    "agent must be in [0, 3): current value is 3",
  );
});
