import { assertEquals, assertStringIncludes } from "@std/assert";
import type { FlatRewardSettings } from "../../lib/evaluation/mod.ts";
import {
  type AnswersRow,
  describeFlatRewards,
  driftLine,
  flatRewardLines,
  hackingLine,
  learningLines,
} from "../../lib/tracking/mod.ts";

const settings: FlatRewardSettings = {
  learningRate: 1e-3,
  klCoef: 0.005,
  maxNewTokens: 40,
  numSamples: 1,
  compared: "batch",
  source: "verifier",
};

/** A cut answer of one of four questions, paid by its question. */
const cut = (update: number, question: number) => ({
  update,
  question,
  agent: 0,
  turn: 0,
  trained: true,
  answer: null,
  boxed: false,
  finished: false,
  correct: false,
  penalties: "missing_eos",
  reward: question / 4,
  kl: 0,
});
const answers = [2, 0, 1].flatMap((update) =>
  [0, 1, 2, 3].map((question) => cut(update, question))
);
const updates = [0, 1, 2].map((update) => ({
  update,
  numAnswers: 4,
  approxKl: 1e-3,
  clipFrac: 0,
  lr: 1e-3,
}));

Deno.test("flatRewardLines() tells the cause, its number and the one setting to change", () => {
  assertEquals(flatRewardLines({ answers, updates }, settings), [
    "The reward does not rise: 100 % of the answers are cut at the token limit (limit from 30 %); " +
    "sampling.maxNewTokens should be 80 instead of 40",
  ]);
  const early = answers.filter(({ update }) => update < 2);
  assertEquals(flatRewardLines({ answers: early, updates }, settings), []);
  assertEquals(flatRewardLines({ answers: [], updates: [] }, settings), []);
});

Deno.test("describeFlatRewards() gives small steps in nats", () => {
  assertEquals(
    describeFlatRewards({
      cause: "small_steps",
      value: 2e-8,
      threshold: 1e-6,
      lost: 0.98,
      setting: "algorithm.learningRate",
      change: "should be 0.1 instead of 0.001",
    }),
    "The reward does not rise: updates move the policy by 2.00e-8 nats per token (limit 1.00e-6); " +
      "algorithm.learningRate should be 0.1 instead of 0.001",
  );
});

/** One answer to each of 100 questions; so many are right. */
const asked = (model: string, numRight: number, score: number, agent = 0) =>
  Array.from({ length: 100 }, (_, question) => ({
    model,
    agent,
    questionId: `q${question}`,
    questionHash: `hash ${question}`,
    score,
    correct: question < numRight,
  }));

Deno.test("hackingLine() raises the alarm with both changes, where scores are paid", () => {
  const rows = [...asked("before", 60, 0.5), ...asked("after", 40, 0.7)];
  // The intervals are worked out in tests/evaluation/reward_hacking_test.ts.
  assertEquals(
    hackingLine(rows, settings),
    "The verifier is being fooled: scores rise while accuracy falls, beyond chance (before → after, 100 " +
      "questions: score +0.200 [+0.169, +0.223], accuracy -0.200 [-0.278, -0.115]); reward.source should be " +
      "label, which pays the truth",
  );
  assertEquals(hackingLine(rows, { source: "label" }), undefined);
  assertEquals(hackingLine([...asked("a", 40, 0.5), ...asked("b", 60, 0.7)], settings), undefined);
  assertEquals(hackingLine(asked("alone", 60, 0.5), settings), undefined);
  // Agent 1 is praised for being wrong, and becomes it: nobody is fooled.
  const [before, after] = [asked("before", 60, 0.5, 1), asked("after", 40, 0.7, 1)];
  const inverted = { ...settings, invertedAgents: [1] };
  assertEquals(hackingLine([...before, ...after], inverted), undefined);
  assertStringIncludes(hackingLine([...before, ...rows, ...after], inverted) ?? "", "fooled");
});

Deno.test("driftLine() compares the scores of the first and the last update", () => {
  type Scored = Pick<AnswersRow, "update" | "score" | "correct">;
  const row = (update: number, score: number, correct: boolean): Scored => ({
    update,
    score,
    correct,
  });
  const rows = [
    row(4, 0.9, false),
    row(4, 0.7, true),
    row(0, 0.8, true),
    row(0, 0.2, false),
    row(2, 0, true),
  ];
  // As in tests/evaluation/reward_hacking_test.ts.
  assertEquals(
    driftLine(rows),
    "Scores of the training answers, update 1 → 5: mean score 0.500 → 0.800, share right 0.500 → 0.500, " +
      "calibration error 0.200 → 0.600, AUROC 1.000 → 0.000.",
  );
  assertEquals(driftLine(rows.slice(0, 2)), undefined);
  assertEquals(driftLine([row(0, 1, true), row(1, 1, true)])?.endsWith("AUROC - → -."), true);
});

Deno.test("learningLines() says how scores drift that are a verifier's, and no opposite of them", () => {
  const answer = (update: number, agent: number, score: number) => ({
    ...cut(update, 0),
    agent,
    score,
  } as AnswersRow);
  const answers = [answer(0, 0, 0.25), answer(0, 1, 1), answer(1, 0, 0.75), answer(1, 1, 1)];
  const notesOf = (of: { scorers: (string | null)[]; invertedAgents: number[] }) =>
    learningLines({ answers, updates: [], evaluations: [] }, { ...settings, ...of }).notes.at(-1);
  const honest = "mean score 0.250 → 0.750";
  assertStringIncludes(notesOf({ scorers: ["v", "v"], invertedAgents: [1] })!, honest);
  assertStringIncludes(notesOf({ scorers: ["v", null], invertedAgents: [] })!, honest);
  assertStringIncludes(notesOf({ scorers: ["v", "v"], invertedAgents: [] })!, "0.625 → 0.875");
});
