import { assert, assertEquals } from "@std/assert";
import { agreementTable, influenceTable } from "../../lib/tracking/mod.ts";
import { discussion } from "../evaluation/rows.ts";

// GOLD is "1". Two agents, two turns. q0: 1, 2 → 1, 1: agent 2 takes over a right answer. q1: 1, 2 → 2, 2:
// agent 1 gives up a right one. q2: 1, 1 → 1, 1.
const rows = [
  ...discussion("q0", [["1", "2"], ["1", "1"]]),
  ...discussion("q1", [["1", "2"], ["2", "2"]]),
  ...discussion("q2", [["1", "1"], ["1", "1"]]),
].map((row) => ({ ...row, score: row.agent === 0 ? 0.9 : 0.1 }));

Deno.test("agreementTable() shows agreement, and gaps to the oracle", () => {
  const { rows: [first, second], caption } = agreementTable({ m: rows });
  // Turn 1: one of three agrees, rightly. Votes are worth 1/2, 1/2, 1 where all have one right; agent 1's is
  // scored best and right.
  assertEquals(first, ["m", 1, 1 / 3, 1, 1 - 2 / 3, 0]);
  // Turn 2: all agree, two of three rightly; where all are wrong, no choice helps.
  assertEquals(second, ["m", 2, 1, 2 / 3, 0, 0]);
  // First unanimous at turns 2, 2, 1, rightly in q0 and q2.
  assertEquals(
    caption,
    "m: 1.000 of the discussions come to agree, first at turn 1.67 on average, 0.667 of them rightly then.",
  );
});

Deno.test("agreementTable() of discussions that never agree names no turn", () => {
  const { caption } = agreementTable({
    m: rows.filter(({ turn, question }) => turn === 0 && question !== "q2"),
  });
  assertEquals(caption, "m: 0.000 of the discussions come to agree.");
});

Deno.test("influenceTable() counts who gave way and to whom", () => {
  const table = influenceTable({ m: rows }, { titles: ["one", "two"] });
  assertEquals(table.columns.map(({ title }) => title).slice(-2), [
    "to one: right, wrong",
    "to two: right, wrong",
  ]);
  // They disagree in q0 and q1, where one is right and two is wrong: one stands and gives way, two gives way
  // and stands.
  assertEquals(table.rows, [
    ["m", "one", "1/2", "1/2", "0/0", "0/0", null, "0/0, 1/2"],
    ["m", "two", "0/0", "0/0", "1/2", "1/2", "1/2, 0/0", null],
  ]);
});

Deno.test("influenceTable() has no rows for one turn or one agent", () => {
  assertEquals(influenceTable({ m: rows.filter(({ turn }) => turn === 0) }).rows, []);
  assertEquals(influenceTable({ m: rows.filter(({ agent }) => agent === 0) }).rows, []);
});

Deno.test("influenceTable() holds models with different numbers of agents", () => {
  const { columns, rows: cells } = influenceTable({
    pair: rows,
    three: discussion("q", [["1", "2", "2"], ["1", "1", "2"]]),
  });
  assertEquals(cells.length, 5);
  assert(cells.every((row) => row.length === columns.length));
});
