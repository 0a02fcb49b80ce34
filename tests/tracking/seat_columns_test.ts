import { assertEquals } from "@std/assert";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { accuracyByArm, type ArmRun, seatColumns } from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

/** Answers of the last turn by agent, shape [agents, questions]; untrained, and in the first turn, all are wrong. */
function run(arm: string, rightAQ: readonly (readonly boolean[])[]): ArmRun {
  const evaluations = rightAQ.flatMap((right, agent) =>
    [
      ...answersOf("off-the-shelf", 0, right.map(() => [false, false])),
      ...answersOf("MAPoRL", 2, right.map((last) => [false, last])),
    ].map((row) => ({ ...row, agent }))
  );
  return { arm, seed: 0, baselines: [], evaluations };
}

const last = (cells: readonly unknown[]) =>
  cells.slice(-3).map((cell) => (cell as Interval | null)?.estimate ?? null);

Deno.test("seatColumns() tells the first agent, the others and their vote apart", () => {
  const [yes, no] = [true, false];
  const { columns, rows } = accuracyByArm([
    run("three", [[yes, yes, yes, no], [yes, no, no, no], [yes, yes, no, no]]),
    run("one", [[yes, no, no, no]]),
  ], { columns: seatColumns() });
  assertEquals(columns.slice(-3).map(({ title }) => title), ["vote", "first agent", "the others"]);
  // The first two questions have two right answers or more; of eight answers of the others three are right.
  assertEquals(last(rows[0]!), [2 / 4, 3 / 4, 3 / 8]);
  // Who answers alone is the vote.
  assertEquals(last(rows[1]!), [1 / 4, 1 / 4, null]);
});
