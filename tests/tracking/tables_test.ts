import { assertEquals, assertThrows } from "@std/assert";
import {
  describeColumns,
  formatCell,
  markdownTable,
  type Table,
  terminalTable,
} from "../../lib/tracking/mod.ts";

const table: Table = {
  title: "Accuracy (95 % intervals)",
  columns: [{ title: "model" }, { title: "turn 1", digits: 2 }, { title: "answers" }],
  rows: [
    ["off-the-shelf", { estimate: 0.6, low: 0.5, high: 0.705 }, 900],
    ["a|b", null, 12],
  ],
};

Deno.test("terminalTable() aligns texts to the left and numbers to the right", () => {
  assertEquals(terminalTable(table).split("\n"), [
    "Accuracy (95 % intervals)",
    "model                     turn 1  answers",
    "─────────────  ─────────────────  ───────",
    "off-the-shelf  0.60 [0.50, 0.70]      900",
    "a|b                                    12",
  ]);
});

Deno.test("tables have their caption below them", () => {
  const captioned = { ...table, caption: "It is so." };
  assertEquals(terminalTable(captioned), `${terminalTable(table)}\nIt is so.`);
  assertEquals(markdownTable(captioned), `${markdownTable(table)}\nIt is so.\n`);
});

Deno.test("markdownTable() gives the same rows", () => {
  assertEquals(markdownTable(table).split("\n"), [
    "**Accuracy (95 % intervals)**",
    "",
    "| model | turn 1 | answers |",
    "|---|---:|---:|",
    "| off-the-shelf | 0.60 [0.50, 0.70] | 900 |",
    "| a\\|b |  | 12 |",
    "",
  ]);
});

Deno.test("formatCell() shows each kind of cell", () => {
  assertEquals(formatCell("x"), "x");
  assertEquals(formatCell(null), "");
  assertEquals(formatCell(0.12345), "0.123");
  assertEquals(formatCell({ estimate: -1, low: -2.25, high: NaN }), "-1 [-2.25, ?]");
});

Deno.test("terminalTable() refuses ragged rows and takes none", () => {
  assertThrows(() => terminalTable({ ...table, rows: [["x"]] }), RangeError, "3 cells: 1");
  assertEquals(terminalTable({ ...table, rows: [] }).split("\n").length, 3);
});

Deno.test("describeColumns() documents a frame", () => {
  const columns = {
    kl: { type: "float", unit: "nats", meaning: "distance; empty if none", nullable: true },
  } as const;
  assertEquals(describeColumns("answers", columns).rows, [[
    "kl",
    "float or empty",
    "nats",
    "distance; empty if none",
  ]]);
});

Deno.test("tables mark intervals of few differing questions and explain the mark once", () => {
  const few = { estimate: 1, low: 0.985, high: 1, few: true as const };
  const marked = { ...table, rows: [["a", few, 1], ["b", few, 2]] };
  const lines = terminalTable(marked).split("\n");
  assertEquals(lines[3], "a      1.00 [0.98, 1.00]†        1");
  assertEquals(
    lines.filter((line) => line.startsWith("† Fewer than 15 questions differ")).length,
    1,
  );
  assertEquals(lines.length, 6);
  const markdown = markdownTable(marked).split("\n");
  assertEquals([markdown.at(-3), markdown.at(-2)!.slice(0, 12)], ["", "† Fewer than"]);
});
