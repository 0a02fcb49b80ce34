import { assertEquals } from "@std/assert";
import {
  adjustedTable,
  differenceCell,
  differenceTable,
  OVER_SEEDS,
} from "../../lib/tracking/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import type { EvaluationRow } from "../../lib/evaluation/mod.ts";

const accuracy = { estimate: 0.5, low: 0.4, high: 0.6 };
const difference = (p: number) => ({ ...accuracy, p });

Deno.test("adjustedTable() adjusts for all differences of a table, in whichever columns they are", () => {
  const table = adjustedTable({
    title: "",
    columns: ["a", "b", OVER_SEEDS, "c"].map((title) => ({ title })),
    rows: [
      [difference(0.004), difference(0.0001), "[0, 1]", accuracy],
      [difference(0.03), null, null, accuracy],
      [accuracy, difference(0.01), "[0, 1]", accuracy],
    ],
    caption: "Of two turns.",
  });
  // Ascending 0.0001, 0.004, 0.01, 0.03 times 4, 3, 2, 1.
  assertEquals(table.columns.map(({ title }) => title), [
    ...["a", "p (Holm)", "b", OVER_SEEDS, "p (Holm)", "c"],
  ]);
  assertEquals(table.rows.map((row) => [row[1], row[4]]), [
    ["0.012", "< 0.001"],
    ["0.030", null],
    [null, "0.020"],
  ]);
  assertEquals(
    table.caption,
    'Of two turns. "p (Holm)": how likely a difference as large would be if there were none, by the interval ' +
      "in front of it, adjusted by Holm for the 4 differences of this table.",
  );
});

Deno.test("adjustedTable() leaves tables without differences as they are", () => {
  const table = { title: "", columns: [{ title: "a" }], rows: [[accuracy], [null], ["x"], [1]] };
  assertEquals(adjustedTable(table), table);
});

Deno.test("differenceCell() has the p-value over seeds where there is one", () => {
  assertEquals(differenceCell(difference(0.01), difference(0.2)), difference(0.2));
  assertEquals(differenceCell(difference(0.01), null), difference(0.01));
  assertEquals(differenceCell(null, null), null);
});

Deno.test("differenceTable() adjusts for all turns and what they add", () => {
  const rows = (isRight: (question: number, turn: number) => boolean) =>
    Array.from({ length: 30 }, (_, question) =>
      [0, 1].map((turn): EvaluationRow => ({
        ...{ question, turn, agent: 0, answer: "", gold: "", length: 1 },
        correct: isRight(question, turn),
      }))).flat();
  const { columns, rows: [cells], caption } = differenceTable({
    before: rows(() => false),
    after: rows((question, turn) => turn === 1 && question < 25),
  }, { random: Random.fromSeed(0), numResamples: 100, questions: "questions" });
  assertEquals(columns.map(({ title }) => title), [
    ...["difference", "turn 1", "p (Holm)", "turn 2", "p (Holm)", "of last - first", "p (Holm)"],
  ]);
  // Nothing changes in turn 1; 25 of 30 rise in turn 2, and so does what the turns add.
  assertEquals([cells![2], cells![4], cells![6]], ["1.000‡", "< 0.001", "< 0.001"]);
  assertEquals(caption!.includes("for the 3 differences of this table"), true);
});
