import { assertEquals } from "@std/assert";
import { MIN_WHITENED_ANSWERS, whiteningPools } from "../../lib/rl/mod.ts";

const MIN = MIN_WHITENED_ANSWERS;

/** Answers of one agent at one turn. */
const answers = (agent: number, turn: number, count: number) =>
  Array.from({ length: count }, () => ({ agent, turn }));

/** Of each pool: how many answers it whitens, over how many, and how. */
const sizes = (rows: { agent: number; turn: number }[]) =>
  whiteningPools(rows).map(({ rows, over, mode }) => [rows.length, over.length, mode]);

Deno.test("whiteningPools() takes each (turn, agent) by itself where it gave enough answers", () => {
  assertEquals(sizes([...answers(0, 1, MIN), ...answers(1, 1, MIN + 5)]), [
    [MIN, MIN, "whiten"],
    [MIN + 5, MIN + 5, "whiten"],
  ]);
});

Deno.test("whiteningPools() widens to the agents of the turn, then to all turns", () => {
  const rows = [...answers(0, 1, MIN), ...answers(1, 1, 1), ...answers(1, 2, 2)];
  assertEquals(sizes(rows), [
    [MIN, MIN, "whiten"],
    [1, MIN + 1, "whiten"], // all agents of turn 1
    [2, MIN + 3, "whiten"], // all answers
  ]);
  const [, single, last] = whiteningPools(rows);
  assertEquals([single!.rows, last!.rows], [[MIN], [MIN + 1, MIN + 2]]);
  assertEquals(last!.over, [...rows.keys()]);
});

Deno.test("whiteningPools() takes out the mean alone where an update has few answers, nothing of one", () => {
  assertEquals(sizes([...answers(0, 1, 2), ...answers(1, 2, 1)]), [
    [2, 3, "center"],
    [1, 3, "center"],
  ]);
  assertEquals(sizes([...answers(0, 0, MIN - 1)]), [[MIN - 1, MIN - 1, "center"]]);
  assertEquals(sizes(answers(2, 1, 1)), [[1, 1, "none"]]);
  assertEquals(sizes([]), []);
});
