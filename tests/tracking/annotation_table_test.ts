import { assertEquals } from "@std/assert";
import { annotationTable } from "../../lib/tracking/mod.ts";
import { evaluationsRow } from "./evaluations_row.ts";

const STRATEGY = { name: "strategy", title: "Strategies", meaning: "what it does" };

function row(model: string, turn: number, strategy: string | null, correct = false) {
  const place = { model, update: 0, question: 0, turn, correct };
  return { ...evaluationsRow(place), annotations: JSON.stringify({ strategy }) };
}

Deno.test("annotationTable() has shares and accuracies, in the first turn and in the later ones", () => {
  const { columns, rows } = annotationTable([
    row("base", 1, "solve", true),
    row("base", 0, "tell"),
    row("base", 0, "guess", true),
    row("base", 1, "solve"),
    row("base", 2, "guess"),
    row("base", 2, null),
    row("trained", 0, "tell"),
    row("trained", 1, "solve", true),
  ], STRATEGY);
  assertEquals(columns.map(({ title }) => title), [
    "turns",
    "strategy",
    "base: share",
    "accuracy",
    "trained: share",
    "accuracy",
  ]);
  assertEquals(rows, [
    ["turn 1", "guess", 0.5, 1, 0, null],
    ["turn 1", "tell", 0.5, 0, 1, 0],
    ["later turns", "guess", 0.25, 0, 0, null],
    ["later turns", "none stated", 0.25, 0, 0, null],
    ["later turns", "solve", 0.5, 0.5, 1, 1],
  ]);
});

Deno.test("annotationTable() leaves out a first turn in which nothing is stated", () => {
  const rows = [row("base", 0, null, true), row("base", 1, "own", true)];
  assertEquals(annotationTable(rows, STRATEGY).rows, [["later turns", "own", 1, 1]]);
  assertEquals(annotationTable(rows.slice(0, 1), STRATEGY).rows, []);
  const none = [row("base", 1, null)];
  assertEquals(annotationTable(none, STRATEGY).rows, [["later turns", "none stated", 1, 0]]);
});
