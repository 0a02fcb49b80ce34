import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Answer, Discussion } from "../../lib/discussion/transcript.ts";
import { NO_COST } from "../../lib/generation/mod.ts";
import {
  answersColumns,
  evaluationsColumns,
  frameOf,
  updatesColumns,
} from "../../lib/tracking/mod.ts";
import {
  answerCost,
  answerRows,
  evaluationRows,
  type GroupUpdate,
  updateRows,
} from "../../lib/training/mod.ts";
import { smallWorldConfig } from "../support/small_world.ts";

function answer(agent: number, turn: number, change: Partial<Answer> = {}): Answer {
  return {
    question: 0,
    sample: 0,
    agent,
    turn,
    promptTokens: new Int32Array([1, 2, 3]),
    tokens: new Int32Array([4, 5]),
    logProbs: new Float32Array([-1, -0.5]),
    text: "own 7",
    solution: "7",
    annotations: { strategy: "own", choice: null },
    answer: "7",
    boxed: true,
    correct: true,
    score: 0.75,
    finished: true,
    model: "base",
    version: 5,
    cost: NO_COST,
    ...change,
  };
}

// One question, two agents, two turns; agent 1's second answer has no token and is not trained on.
const empty = {
  tokens: new Int32Array(),
  logProbs: new Float32Array(),
  answer: null,
  correct: false,
};
const discussion: Discussion = {
  question: { id: "train-3", text: "3 + 4?", gold: "7" },
  sample: 0,
  answersTA: [[answer(0, 0), answer(1, 0)], [answer(0, 1, { score: 0.5 }), answer(1, 1, empty)]],
  lastTurn: 1,
};
const table = (scale: number) => [[0, scale], [2 * scale, 3 * scale]]; // [t][a]
const rewarded = {
  discussion,
  parts: {
    scoreTA: table(1),
    penaltyTA: table(10),
    ownRevisionTA: table(100),
    influenceTA: table(1000),
    totalTA: table(1111),
    presentTA: [[1, 1], [1, 1]],
  },
  penaltiesTA: [[[], []], [["missing_box", "too_short"], []]] as const,
};
const stats = {
  policyLoss: 0.1,
  valueLoss: 0.2,
  approxKl: 0.3,
  clipFrac: 0.4,
  valueClipFrac: 0.5,
  entropy: 0.6,
  explainedVariance: null,
  gradNorm: 0.8,
  valueGradNorm: 0.3,
  learningRate: 1e-4,
  refKl: 0.9,
  reward: 2222,
  firstRatioError: 1e-6,
  samplingError: 1e-5,
  numAnswers: 1,
  numTokens: 2,
  numSteps: 4,
  paddedShare: 0.125,
};
const trainedRow = {
  question: "train-3",
  sample: 0,
  agent: 0,
  turn: 1,
  promptTokens: new Int32Array([1, 2, 3]),
  valuePromptTokens: new Int32Array([1]),
  tokens: new Int32Array([4, 5]),
  reward: 2222,
  answer: discussion.answersTA[1]![0]!,
  penalties: rewarded.penaltiesTA[1][0],
};
const group = {
  group: { key: "shared/rest", agents: [0, 1], turnGroup: "rest" },
  stats,
  refKl: new Float64Array([0.9]),
  rows: [trainedRow],
  seconds: 3,
  plan: { maxBatchTokens: 512, peakBytes: 3 << 20 },
  peakBytes: 5 << 19,
};
const options = {
  update: 5,
  questionSeed: "4",
  turnGroup: (turn: number) => turn === 0 ? "first" : "rest",
  groups: [group],
};

Deno.test("answerRows() has a row per answer with its rewards, penalties and tokens", () => {
  const rows = answerRows([rewarded], options);
  assertEquals(rows.map(({ turn, agent }) => [turn, agent]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
  const row = rows[2]!;
  assertEquals([row.update, row.questionId, row.turnGroup, row.gold], [5, "train-3", "rest", "7"]);
  assertEquals(
    [row.scoreReward, row.penaltyReward, row.ownRevisionReward, row.influenceReward, row.reward],
    [2, 20, 200, 2000, 2222],
  );
  assertEquals(row.penalties, "missing_box,too_short");
  assertEquals([row.promptLength, row.responseLength, row.meanLogProb], [3, 2, -0.75]);
  assertEquals(rows.map(({ trained, kl }) => [trained, kl]), [
    [false, null],
    [false, null],
    [true, 0.9],
    [false, null],
  ]);
  assertEquals([rows[3]!.responseLength, rows[3]!.meanLogProb, rows[3]!.answer], [0, null, null]);
  assertEquals(frameOf(answersColumns, rows).height, 4);
});

Deno.test("answerRows() counts questions by their place in the update", () => {
  const rows = answerRows([rewarded, rewarded], { ...options, groups: [] });
  assertEquals(rows.map(({ question }) => question), [0, 0, 0, 0, 1, 1, 1, 1]);
});

Deno.test("answerRows() gives all discussions of a question its place", () => {
  const later = { ...rewarded, discussion: { ...discussion, sample: 1 } };
  const rows = answerRows([rewarded, later, rewarded], { ...options, groups: [] });
  assertEquals(rows.map(({ question }) => question), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
});

Deno.test("updateRows() has statistics beside what the answers of the group are", () => {
  const own = { ...group, group: { ...group.group, key: "agent_0/rest", agents: [0] } };
  const groups = new Map([["shared/rest", group], ["agent_0/rest", own]]);
  const cost = {
    ...NO_COST,
    promptTokens: 40,
    reusedTokens: 20,
    computedTokens: 24,
    paddedTokens: 3,
    newTokens: 90,
    seconds: 0.1,
  };
  const options = {
    ...{ update: 5, rolloutAnswers: 4, rolloutTokens: 7, rolloutComputedTokens: 19 },
    ...{ rolloutFlops: 1e6, rolloutSeconds: 7, cost },
    flopsOf: ({ rows, seconds }: GroupUpdate) => 1000 * rows.length + seconds,
  };
  const rows = updateRows(groups, options);
  assertEquals(rows.map(({ agent, turnGroup }) => [agent, turnGroup]), [[null, "rest"], [
    0,
    "rest",
  ]]);
  const [row] = rows;
  // The only trained answer: score 0.5, right, valid, penalised, 2 tokens.
  assertAlmostEquals(row!.meanScore, 0.5);
  assertEquals([row!.accuracy, row!.invalidRate, row!.penaltyRate, row!.meanResponseLength], [
    1,
    0,
    1,
    2,
  ]);
  assertEquals([row!.lr, row!.ratioError, row!.rolloutSeconds, row!.updateSeconds], [
    1e-4,
    1e-6,
    7,
    3,
  ]);
  assertEquals([row!.paddedShare, row!.maxBatchTokens], [0.125, 512]);
  assertEquals([row!.predictedPeak, row!.measuredPeak], [3, 2.5]);
  const [blind] = updateRows(new Map([["shared/rest", { ...group, peakBytes: null }]]), options);
  assertEquals(blind!.measuredPeak, null);
  // A discussion of two agents over two turns, one answer of which is trained on.
  assertEquals([row!.rolloutAnswers, row!.numAnswers], [4, 1]);
  assertEquals(row!.rolloutTokensPerSecond, 900);
  assertEquals([row!.rolloutTokens, row!.rolloutComputedTokens, row!.rolloutFlops], [7, 19, 1e6]);
  assertEquals(row!.updateFlops, 1003);
  assertEquals([row!.rolloutPaddedFraction, row!.rolloutReusedFraction], [0.125, 0.5]);
  assertEquals(frameOf(updatesColumns, rows).height, 2);
});

Deno.test("evaluationRows() labels every answer", () => {
  const rows = evaluationRows([discussion], {
    evaluation: "test",
    questionSeed: "4",
    model: "MAPoRL",
    update: 10,
    decoders: [smallWorldConfig(), smallWorldConfig()],
  });
  assertEquals(rows.length, 4);
  assertEquals(rows[3]!.questionSeed, "4");
  assertEquals([rows[3]!.evaluation, rows[3]!.model, rows[3]!.update, rows[3]!.turn], [
    "test",
    "MAPoRL",
    10,
    1,
  ]);
  assertEquals(frameOf(evaluationsColumns, rows).height, 4);
  const second = discussion.answersTA[0]![1]!;
  assertEquals(rows[1]!.responseFlops, answerCost(second, smallWorldConfig()).responseFlops);
});

Deno.test("evaluationRows() counts questions where samples go on from an earlier call", () => {
  const held = [2, 3, 2, 3].map((sample) => ({ ...discussion, sample }));
  const rows = evaluationRows(held, {
    evaluation: "test",
    questionSeed: "4",
    model: "MAPoRL",
    update: 10,
    decoders: [smallWorldConfig(), smallWorldConfig()],
  });
  assertEquals(rows.map(({ question }) => question), [0, 0, 1, 1].flatMap((q) => [q, q, q, q]));
});
