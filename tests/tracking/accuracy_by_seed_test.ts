import { assertEquals } from "@std/assert";
import {
  accuracyBySeed,
  type ArmRun,
  type Cell,
  comparedArms,
  countingOf,
  type EvaluationsRow,
  pooledSummaries,
} from "../../lib/tracking/mod.ts";
import type { EvaluationSummary } from "../../lib/evaluation/mod.ts";
import { answersOf } from "./evaluations_row.ts";

const estimateOf = (cell: Cell) => typeof cell === "object" && cell ? cell.estimate : cell;

/** Two questions, two turns, one agent; one of the answers to the second question becomes right. */
function run(seed: number, more: readonly EvaluationsRow[] = []): ArmRun {
  return {
    arm: "MAPoRL",
    seed,
    baselines: [],
    evaluations: [
      ...answersOf("off-the-shelf", 0, [[true, true], [false, false]]),
      ...more,
      ...answersOf("MAPoRL", 2, [[true, true], [false, true]]),
    ],
  };
}

Deno.test("accuracyBySeed() compares the first model with the last, and leaves out those between", () => {
  const between = [
    ...answersOf("MAPoRL", 1, [[false, false], [false, false]]),
    // Read during training, on other questions, and no part of the result.
    ...answersOf("MAPoRL", 2, [[false, false]])
      .map((row) => ({ ...row, evaluation: "validation", questionId: "other" })),
  ];
  const { columns, rows } = accuracyBySeed([run(3, between)]);
  assertEquals(columns.map(({ title }) => title), [
    "seed",
    "model",
    "turn 1",
    "turn 2",
    "last turn: trained - untrained",
    "last - first",
  ]);
  // Off the shelf one of two is right at both turns; trained, one and then both.
  assertEquals(rows.map((cells) => cells.map(estimateOf)), [
    [3, "off-the-shelf", 0.5, 0.5, null, 0],
    [3, "MAPoRL", 0.5, 1, 0.5, 0.5],
  ]);
});

Deno.test("accuracyBySeed() names the arms where there are several", () => {
  const runs = [run(0), { ...run(0), arm: "alone" }];
  const { columns, rows } = accuracyBySeed(runs);
  assertEquals(columns[0]!.title, "arm");
  assertEquals(rows.map(([arm, seed, model]) => `${arm} ${seed} ${model}`), [
    "MAPoRL 0 off-the-shelf",
    "MAPoRL 0 MAPoRL",
    "alone 0 off-the-shelf",
    "alone 0 MAPoRL",
  ]);
});

Deno.test("accuracyBySeed() leaves out the gain of a single turn", () => {
  const evaluations = answersOf("off-the-shelf", 0, [[true], [false]]);
  const { columns } = accuracyBySeed([{ ...run(0), evaluations }]);
  assertEquals(columns.map(({ title }) => title), [
    "seed",
    "model",
    "turn 1",
    "last turn: trained - untrained",
  ]);
});

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
