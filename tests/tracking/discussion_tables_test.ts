import { assertEquals } from "@std/assert";
import type { EvaluationRow } from "../../lib/evaluation/mod.ts";
import { agentsTable, transitionsTable } from "../../lib/tracking/mod.ts";

const row = (question: string, agent: number, turn: number, correct: boolean): EvaluationRow => ({
  question,
  agent,
  turn,
  answer: correct ? "1" : "2",
  gold: "1",
  correct,
  length: 3,
});

// Two questions, two agents, two turns. Question a: both wrong, then agent 0 right.
// Question b: both right, then agent 1 wrong.
const rows = [
  row("a", 0, 0, false),
  row("a", 1, 0, false),
  row("a", 0, 1, true),
  row("a", 1, 1, false),
  row("b", 0, 0, true),
  row("b", 1, 0, true),
  row("b", 0, 1, true),
  row("b", 1, 1, false),
];

Deno.test("transitionsTable() counts what became of right and wrong answers", () => {
  // Of four answers: one stays right, one turns right, one turns wrong, one stays wrong.
  assertEquals(transitionsTable({ m: rows }).rows, [["m", "1 → 2", 0.25, 0.25, 0.25, 0.25, 0]]);
});

Deno.test("transitionsTable() of a single turn has no row", () => {
  assertEquals(transitionsTable({ m: rows.filter(({ turn }) => turn === 0) }).rows, []);
});

Deno.test("transitionsTable() lets the last answers of discussions that stopped early stand", () => {
  // All discussions stopped after the first of two turns: two answers stay wrong, two stay right.
  const stopped = rows.filter(({ turn }) => turn === 0);
  const carried = transitionsTable({ m: stopped }, { numTurns: 2 }).rows;
  assertEquals(carried, [["m", "1 → 2", 0.5, 0, 0, 0.5, 0]]);
});

Deno.test("agentsTable() shows each agent's accuracy per turn", () => {
  // Turn 1: each agent has b right. Turn 2: agent 0 has both, agent 1 none.
  assertEquals(agentsTable({ m: rows }).rows, [["m", 1, 0.5, 0.5], ["m", 2, 1, 0]]);
});
