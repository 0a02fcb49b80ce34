import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { accuracyByArm, accuracyBySeed, type ArmRun } from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

/** Untrained: two questions wrong in both turns. Trained: right in the last turn where it says so. */
function run(arm: string, seed: number, right: readonly boolean[]): ArmRun {
  return {
    arm,
    seed,
    baselines: [],
    evaluations: [
      ...answersOf("off-the-shelf", 0, right.map(() => [false, false])),
      ...answersOf("MAPoRL", 2, right.map((last) => [true, last])),
    ],
  };
}

Deno.test("accuracyByArm() pools the last turns of all seeds, and compares with the first arm question by question", () => {
  const { columns, rows } = accuracyByArm([
    run("all", 0, [true, true, true, true]),
    run("own", 0, [true, false, false, false]),
    run("all", 1, [true, true, true, false]),
    run("own", 1, [true, true, false, false]),
  ]);
  assertEquals(columns.at(-1)!.title, "after - all");
  const [all, own] = rows.map((row) =>
    row.map((cell) => typeof cell === "object" && cell !== null ? cell.estimate : cell)
  );
  // 7 of 8 and 3 of 8 right; by question 4 of 8 are lost.
  assertEquals(all, ["all", 2, 0, 7 / 8, "0.750 to 1.000", null]);
  assertEquals(own!.slice(0, 5), ["own", 2, 0, 3 / 8, "0.250 to 0.500"]);
  assertAlmostEquals(own![5] as number, -0.5);
  const { low, high } = rows[1]![5] as Interval;
  assertEquals(low < -0.5 && high > -0.5, true);
});

Deno.test("accuracyByArm() compares arms with another number of turns, and seeds that both have", () => {
  const one = {
    ...run("one", 0, []),
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[true], [false]]),
      ...answersOf("off-the-shelf again", 0, [[true], [false]]),
    ],
  };
  const { rows } = accuracyByArm([
    run("all", 0, [true, true]),
    run("all", 1, [false, false]),
    one,
  ]);
  const [, , before, after, range, difference] = rows[1]!;
  assertEquals([(before as Interval).estimate, (after as Interval).estimate], [0.5, 0.5]);
  assertEquals(range, "0.500 to 0.500");
  assertAlmostEquals((difference as Interval).estimate, -0.5); // of seed 0 alone
});

Deno.test("accuracyByArm() takes the last answers of a discussion that stopped early", () => {
  const stopped = {
    ...run("all", 0, []),
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[false, false], [false]]),
      ...answersOf("MAPoRL", 2, [[false, true]]),
      // Agreed at once, on the right answer.
      ...answersOf("MAPoRL", 2, [[false], [true]]).filter(({ question }) => question === 1),
    ],
  };
  const [row] = accuracyByArm([stopped]).rows;
  assertEquals((row![3] as Interval).estimate, 1);
});

Deno.test("accuracyByArm() and accuracyBySeed() are of validation questions before and after training, and say so", () => {
  const tested = run("all", 0, [true, false]);
  const chosen = {
    ...tested,
    evaluations: [
      ...tested.evaluations,
      // Between two updates, all wrong.
      ...answersOf("MAPoRL", 1, [[false, false], [false, false]]),
    ].map((row) => ({ ...row, evaluation: "validation" })),
  };
  for (const table of [accuracyByArm, accuracyBySeed]) {
    const [of, ofChosen] = [table([tested]), table([chosen])];
    assertEquals(ofChosen.rows, of.rows);
    assertEquals(
      ofChosen.title,
      of.title.replace("on held-out questions", "on validation questions"),
    );
    assertNotEquals(ofChosen.title, of.title);
  }
});
