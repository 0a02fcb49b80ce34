import {
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { accuracyByArm, type ArmRun } from "../../lib/tracking/mod.ts";
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
  assertEquals(columns.slice(-7).map(({ title }) => title), [
    "over seeds",
    "after - before",
    "over seeds",
    "p (Holm)",
    "after - all",
    "over seeds",
    "p (Holm)",
  ]);
  const [all, own] = rows.map((row) =>
    row.map((cell) => typeof cell === "object" && cell !== null ? cell.estimate : cell)
  );
  // 7 of 8 and 3 of 8 right; by question 4 of 8 are lost.
  // Of two seeds t is 12.7: means of 1 and 0.75, and of 0.25 and 0.5, say nothing within 0 and 1. By seed
  // 0.75 and 0.25 are lost, which says as little.
  assertEquals(all!.slice(0, 6), ["all", 2, 0, 7 / 8, "[0.000, 1.000]", 7 / 8]);
  assertEquals(own!.slice(0, 6), ["own", 2, 0, 3 / 8, "[0.000, 1.000]", 3 / 8]);
  assertAlmostEquals(own![8] as number, -0.5);
  const { low, high } = rows[1]![8] as Interval;
  assertEquals(low < -0.5 && high > -0.5, true);
  // Of one degree p = 1 - 2·atan(t)/π. Training gains 1 and 0.75: t = 0.875 / 0.125, p = 0.0903, of three
  // differences 0.271; 0.25 and 0.5: t = 0.375 / 0.125, p = 0.2048, and by three of eight questions more, of two
  // twice that. Losses of 0.75 and 0.25 by seed: t = 0.5 / 0.25, p = 0.295, which is less than the one before.
  // 0.875 - 12.706·0.125 = -0.713.
  assertEquals(all!.slice(6), ["[-0.713, 1.000]", "0.271‡", null, null, null]);
  const { p } = rows[1]![5] as Interval;
  assertEquals(p! > 0.2048 && p! < 0.295, true);
  assertEquals(own!.slice(6, 8), ["[-1.000, 1.000]", `${(2 * p!).toFixed(3)}‡`]);
  assertEquals(own!.slice(9), ["[-1.000, 1.000]", `${(2 * p!).toFixed(3)}‡`]);
});

Deno.test("accuracyByArm() adjusts p-values for all arms, and says which differences cannot be told from zero", () => {
  const right = (count: number) => Array.from({ length: 40 }, (_, question) => question < count);
  const of = (arm: string, counts: readonly number[]) =>
    counts.map((count, seed) => run(arm, seed, right(count)));
  const { columns, rows, caption } = accuracyByArm([
    ...of("all", [36, 36, 36]),
    ...of("far", [12, 16, 20]),
    ...of("near", [32, 30, 34]),
  ]);
  assertEquals(columns.at(-1)!.title, "p (Holm)");
  // Losses of 0.6, 0.5, 0.4: t = 0.5·√3 / 0.1 = 8.660; of 2 degrees p = 1 - t/√(2 + t²) = 0.01307, twice that is
  // 0.026. Losses of 0.1, 0.15, 0.05: t = 0.1·√3 / 0.05 = 3.464, p = 0.07418. The three gains by training are
  // adjusted with them. Of "all" it is 0.9 thrice: what is left is the interval over questions, whose p is below
  // 0.001. Of "far" 0.3, 0.4, 0.5: t = 6.928, p = 0.02020; of "near" 0.8, 0.75, 0.85: t = 27.71, p = 0.001300.
  assertEquals(rows.map((row) => row.at(-1)), [null, "0.039", "0.074‡"]);
  assertEquals(rows.map((row) => row.at(-4)), ["< 0.001", "0.040", "0.005"]);
  assertStringIncludes(caption!, "adjusted by Holm for the 5 differences of this table");
  assertStringIncludes(caption!, "‡ 0.05 or more: cannot be told from zero.");
});

Deno.test("accuracyByArm() tells what new training runs would give beside what new questions would", () => {
  const right = (count: number) => Array.from({ length: 40 }, (_, question) => question < count);
  const of = (arm: string, counts: readonly number[]) =>
    counts.map((count, seed) => run(arm, seed, right(count)));
  const { title, rows, caption } = accuracyByArm([
    ...of("all", [36, 34, 38]),
    ...of("own", [16, 14, 18]),
  ]);
  assertEquals(title.endsWith("(95 % intervals over questions and over seeds)"), true);
  assertStringIncludes(caption!, '"over seeds" is the interval for new training runs');
  // Means 0.9, 0.85, 0.95: deviation 0.05, times 4.3027 / √3 = 2.4841 is 0.1242.
  assertEquals(rows[0]![4], "[0.776, 1.000]");
  // Each seed loses just 20 of 40: what is left is the interval over questions.
  const { low, high } = rows[1]![8] as Interval;
  assertEquals(rows[1]![9], `[${low.toFixed(3)}, ${high.toFixed(3)}]`);
});

Deno.test("accuracyByArm() says nothing over seeds of one seed, and names arms with other numbers of agents", () => {
  const one = run("all", 0, [true, true]);
  const two: ArmRun = {
    ...one,
    arm: "two agents",
    evaluations: [0, 1].flatMap((agent) => one.evaluations.map((row) => ({ ...row, agent }))),
  };
  const { columns, rows, caption } = accuracyByArm([one, two]);
  assertEquals(columns.map(({ title }) => title), [
    "arm",
    "seeds",
    "before training",
    "after",
    "after - before",
    "p (Holm)",
    "after - all",
    "p (Holm)",
  ]);
  assertEquals(rows.map(({ length }) => length), [8, 8]);
  assertEquals(
    caption,
    "With another number of agents than all (1): two agents (2); their difference is paired by question, " +
      "but more than what was learnt differs. " +
      '"p (Holm)": how likely a difference as large would be if there were none, by the interval in front of ' +
      "it, adjusted by Holm for the 3 differences of this table. ‡ 0.05 or more: cannot be told from zero.",
  );
  // One arm has no other to differ from.
  assertEquals(accuracyByArm([one]).columns.map(({ title }) => title), [
    ...["arm", "seeds", "before training", "after", "after - before", "p"],
  ]);
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
  const [, , before, after, overSeeds, trained, trainedOverSeeds, p, difference] = rows[1]!;
  assertEquals([(before as Interval).estimate, (after as Interval).estimate], [0.5, 0.5]);
  assertEquals(overSeeds, null); // of one seed alone
  // It was measured twice, without any update in between.
  assertEquals([trained, trainedOverSeeds, p], [null, null, null]);
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

Deno.test("accuracyByArm() is of validation questions before and after training, and say so", () => {
  const tested = run("all", 0, [true, false]);
  const chosen = {
    ...tested,
    evaluations: [
      ...tested.evaluations,
      // Between two updates, all wrong.
      ...answersOf("MAPoRL", 1, [[false, false], [false, false]]),
    ].map((row) => ({ ...row, evaluation: "validation" })),
  };
  const [of, ofChosen] = [accuracyByArm([tested]), accuracyByArm([chosen])];
  assertEquals(ofChosen.rows, of.rows);
  assertEquals(
    ofChosen.title,
    of.title.replace("on held-out questions", "on validation questions"),
  );
  assertNotEquals(ofChosen.title, of.title);
});

Deno.test("accuracyByArm() tells what training changed, question by question, and of arms without updates nothing", () => {
  const [yes, no] = [true, false];
  const of = (model: string, update: number, right: readonly boolean[]) =>
    answersOf(model, update, right.map((last) => [no, last]));
  const trained: ArmRun = {
    ...run("trained", 0, []),
    evaluations: [
      ...of("off-the-shelf", 0, [yes, no, no, no]),
      ...of("MAPoRL", 1, [no, no, no, no]).map((row) => ({ ...row, evaluation: "validation" })),
      ...of("MAPoRL", 2, [yes, yes, yes, no]),
    ],
  };
  const asItWas: ArmRun = {
    ...run("as it was", 0, []),
    evaluations: of("before training", 0, [yes, yes, no, no]),
  };
  const { columns, rows } = accuracyByArm([trained, asItWas]);
  assertEquals(columns.map(({ title }) => title).indexOf("after - before"), 4);
  assertEquals((rows[0]![4] as Interval).estimate, 3 / 4 - 1 / 4);
  assertEquals(rows[1]!.slice(4, 6), [null, null]);
  const without = accuracyByArm([asItWas, { ...asItWas, arm: "other" }]);
  assertEquals(without.columns.map(({ title }) => title).includes("after - before"), false);
});
