import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  accuracyByAgent,
  type EvaluationRow,
  evaluationTable,
  type TurnMetric,
  turnValues,
} from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";

const ROWS = [
  ...discussion("a", [["1", "2", null], ["1", "1", "2"]]),
  ...discussion("b", [["2", "2", "2"], ["2", null, "3"]]),
];

Deno.test("turnValues() on two discussions worked by hand", () => {
  const table = evaluationTable(ROWS);
  const values = (metric: TurnMetric) => [0, 1].map((turn) => turnValues(table, metric, { turn }));
  assertEquals(values("meanAccuracy"), [[1 / 3, 0], [2 / 3, 0]]);
  // turn 0 of a: 1 and 2 tie, the invalid answer is no vote
  assertEquals(values("vote"), [[.5, 0], [1, 0]]);
  assertEquals(values("passAtA"), [[1, 0], [1, 0]]);
  assertEquals(values("invalidRate"), [[1 / 3, 0], [0, 1 / 3]]);
  // lengths 10, 11, 12 and 20, 21, 22
  assertEquals(values("meanLength"), [[11, 11], [21, 21]]);
});

Deno.test("accuracyByAgent() is the share of right answers of every turn and agent", () => {
  const table = evaluationTable(ROWS);
  assertEquals(accuracyByAgent(table), [[.5, 0, 0], [.5, .5, 0]]);
});

Deno.test("turnValues() of a single turn takes the first agent's answer in official mode", () => {
  const rows = discussion("a", [["2", "1", "1"]]);
  const table = evaluationTable(rows);
  assertEquals(turnValues(table, "vote", { turn: 0 }), [1]);
  assertEquals(turnValues(table, "vote", { turn: 0, compat: "official" }), [0]);
  // with two turns the quirk is gone
  const two = evaluationTable(discussion("a", [["2", "1", "1"], ["1", "1", "1"]]));
  assertEquals(turnValues(two, "vote", { turn: 0, compat: "official" }), [1]);
});

Deno.test("evaluationTable() carries the last answers of a stopped discussion or leaves it out", () => {
  const rows = [
    ...discussion("short", [["1", "1"]]),
    ...discussion("long", [["2", "2"], ["1", "2"]]),
  ];
  const carried = evaluationTable(rows);
  assertEquals(turnValues(carried, "meanAccuracy", { turn: 1 }), [1, .5]);
  const left = evaluationTable(rows, { finished: "leave_out" });
  assertEquals(turnValues(left, "meanAccuracy", { turn: 0 }), [1, 0]);
  assertEquals(turnValues(left, "meanAccuracy", { turn: 1 }), [null, .5]);
  assertEquals(accuracyByAgent(left), [[.5, .5], [1, 0]]);
  const planned = evaluationTable(rows, { finished: "leave_out", numTurns: 3 });
  assertEquals(turnValues(planned, "vote", { turn: 2 }), [null, null]);
  assertEquals(accuracyByAgent(planned)[2], [null, null]);
  assertEquals(turnValues(evaluationTable(rows, { numTurns: 3 }), "passAtA", { turn: 2 }), [1, 1]);
});

Deno.test("evaluationTable() does not depend on the order of rows within questions", () => {
  const table = evaluationTable(ROWS);
  const shuffled = evaluationTable([...ROWS].reverse());
  assertEquals(shuffled.questions, ["b", "a"]);
  assertEquals([...shuffled.rowsQTA].reverse(), table.rowsQTA);
  assertAlmostEquals(turnValues(shuffled, "meanAccuracy", { turn: 1 })[1]!, 2 / 3, 1e-12);
});

Deno.test("evaluationTable() refuses no rows, missing and repeated answers", () => {
  const without = (test: (row: EvaluationRow) => boolean) => ROWS.filter((row) => !test(row));
  assertThrows(() => evaluationTable([]), RangeError, "there are 0 rows");
  assertThrows(
    () =>
      evaluationTable(without((row) => row.question === "b" && row.turn === 1 && row.agent === 2)),
    RangeError,
    "question b, turn 1 lacks agent 2",
  );
  assertThrows(
    () => evaluationTable(without((row) => row.question === "a" && row.turn === 0)),
    RangeError,
    "question a, turn 0 lacks agent 0",
  );
  assertThrows(() => evaluationTable([...ROWS, ROWS[0]!]), RangeError, "is there twice");
  assertThrows(() => evaluationTable([{ ...ROWS[0]!, turn: -1 }]), RangeError, "turn must be");
  assertThrows(() => evaluationTable(ROWS, { numTurns: 1 }), RangeError, "numTurns turns");
  assertThrows(() => turnValues(evaluationTable(ROWS), "vote", { turn: 2 }), RangeError, "[0, 2)");
});
