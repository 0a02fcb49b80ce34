import { assertAlmostEquals, assertEquals } from "@std/assert";
import { choiceGaps, evaluationTable } from "../../lib/evaluation/mod.ts";
import { discussion } from "./rows.ts";

/** Rows of a discussion with scores `[t][a]`. */
const scored = (question: string, answersTA: string[][], scoresTA: number[][]) =>
  discussion(question, answersTA).map((row) => ({
    ...row,
    score: scoresTA[row.turn]![row.agent]!,
  }));

// GOLD is "1". Turn 0: q0's vote is wrong, its best-scored answer right; q1's vote is a tie of two, its
// best-scored answer wrong; q2 has no right answer. Turn 1: all right.
const right = ["1", "1", "1"];
const rows = [
  ...scored("q0", [["1", "2", "2"], right], [[0.9, 0.5, 0.5], [1, 1, 1]]),
  ...scored("q1", [["1", "2", "3"], right], [[0.1, 0.5, 0.2], [1, 1, 1]]),
  ...scored("q2", [["2", "2", "3"], right], [[0.9, 0.5, 0.5], [1, 1, 1]]),
];

Deno.test("choiceGaps() compares votes and the best by the verifier with the oracle", () => {
  const [first, second] = choiceGaps(evaluationTable(rows));
  assertEquals(first!.count, 3);
  assertAlmostEquals(first!.vote, (0 + 1 / 3 + 0) / 3, 1e-12); // q1: one of three candidates
  assertAlmostEquals(first!.best, 1 / 3, 1e-12);
  assertAlmostEquals(first!.oracle, 2 / 3, 1e-12);
  assertAlmostEquals(first!.voteGap, 2 / 3 - 1 / 9, 1e-12);
  assertAlmostEquals(first!.bestGap, 1 / 3, 1e-12);
  assertEquals(second, { count: 3, vote: 1, best: 1, oracle: 1, voteGap: 0, bestGap: 0 });
});

Deno.test("choiceGaps() has nothing for a turn at which no discussion counts", () => {
  const first = rows.filter(({ turn }) => turn === 0);
  const table = evaluationTable(first, { finished: "leave_out", numTurns: 2 });
  assertEquals(choiceGaps(table)[1], null);
});
