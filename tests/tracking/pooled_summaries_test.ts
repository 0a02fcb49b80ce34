import { assertEquals } from "@std/assert";
import { type ArmRun, pooledSummaries } from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

/** Two questions, two turns, one agent; one of the answers to the second question becomes right. */
function run(seed: number): ArmRun {
  return {
    arm: "MAPoRL",
    seed,
    baselines: [],
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[true, true], [false, false]]),
      ...answersOf("MAPoRL", 2, [[true, true], [false, true]]),
    ],
  };
}

Deno.test("pooledSummaries() counts the same question of two seeds twice", () => {
  const second = { ...run(1), evaluations: answersOf("off-the-shelf", 0, [[true, true]]) };
  const pooled = pooledSummaries([run(0), second]);
  assertEquals(Object.keys(pooled), ["off-the-shelf", "MAPoRL"]);
  assertEquals(pooled["off-the-shelf"]!.numQuestions, 3);
  // Of three answers two are right.
  const accuracy = pooled["off-the-shelf"]!.turns[0]!.meanAccuracy!.estimate;
  assertEquals(Math.abs(accuracy - 2 / 3) < 1e-12, true);
  const arms = pooledSummaries([run(0), { ...run(0), arm: "alone" }]);
  assertEquals(Object.keys(arms)[3], "alone: MAPoRL");
});

Deno.test("pooledSummaries() have intervals for new training runs, turn by turn and of the gain", () => {
  const of = (seed: number, right: number): ArmRun => ({
    ...run(seed),
    evaluations: answersOf(
      "MAPoRL",
      0,
      Array.from({ length: 40 }, (_, question) => [question < 20, question < right]),
    ),
  });
  const { turns, gain } = pooledSummaries([of(0, 36), of(1, 34), of(2, 38)]).MAPoRL!;
  const [first, last] = turns.map(({ meanAccuracy }) => meanAccuracy!);
  // Every seed has half right at first; so the interval is that over the 120 questions, which lies near it.
  assertEquals([first!.estimate, first!.low > 0.4, first!.high < 0.6], [0.5, true, true]);
  // Means 0.9, 0.85, 0.95: deviation 0.05, times 4.302653 / √3 is 0.124207; gains are 0.5 less each.
  const close = (one: number, other: number) => Math.abs(one - other) < 1e-5;
  assertEquals([close(last!.low, 0.775793), last!.high], [true, 1]);
  const { low, high } = gain.meanAccuracy!;
  assertEquals([close(low, 0.275793), close(high, 0.524207)], [true, true]);
});
