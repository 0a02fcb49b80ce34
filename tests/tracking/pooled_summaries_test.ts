import { assertEquals } from "@std/assert";
import type { EvaluationSummary } from "../../lib/evaluation/mod.ts";
import { type ArmRun, comparedArms, countingOf, pooledSummaries } from "../../lib/tracking/mod.ts";
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

Deno.test("tables over runs count votes as the runs' own settings say", () => {
  // In the last turn one agent is right and two are invalid, who outvote it in the released code alone.
  const evaluations = [0, 1, 2].flatMap((agent) =>
    answersOf("off-the-shelf", 0, [[true, agent === 0]])
      .map((row) => ({ ...row, agent, answer: row.correct ? "1" : null }))
  );
  const voteOf = (config: object) => {
    const counting = countingOf({ ...config });
    const one = { ...run(0), evaluations, counting };
    const alone = answersOf("off-the-shelf", 0, [[true]]).flatMap((row) =>
      [0, 1, 2].map((agent) => ({ ...row, agent, method: "sampled" }))
    );
    const { ways } = comparedArms([{ ...one, baselines: alone }]).get("MAPoRL")!.all;
    const [{ turns }] = Object.values(pooledSummaries([one])) as [EvaluationSummary];
    return [
      ways.find(({ way }) => way === "discussion, last turn: vote")!.accuracy!.estimate,
      turns[1]!.vote!.estimate,
    ];
  };
  assertEquals(voteOf({ evaluation: { compat: "official" } }), [0, 0]);
  assertEquals(voteOf({ evaluation: { compat: "paper" } }), [1, 1]);
  assertEquals(voteOf({}), [1, 1]);
});

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
    ).map((row) => ({ ...row, questionHash: `${seed} ${row.questionHash}` })),
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
