import { assertEquals } from "@std/assert";
import { resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import type { AnswersRow, EvaluationsRow } from "../../lib/tracking/mod.ts";
import {
  algorithmSchema,
  discussionSchema,
  hackingWatch,
  learningSettings,
  rewardSchema,
  rewardWatch,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";
import { updateRow } from "../tracking/tiny_run.ts";

const configOf = (algorithm: object = {}) => ({
  algorithm: resolveCompat(resolveConfig(algorithmSchema, [algorithm], [])),
  discussion: resolveConfig(discussionSchema, [{ numSamples: 4 }], []),
  sampling: resolveConfig(samplingSchema, [{ maxNewTokens: 7 }], []),
  reward: resolveCompat(resolveConfig(rewardSchema, [{}], [])),
});

Deno.test("learningSettings() reads what the credit compares", () => {
  const compared = (credit: object) => learningSettings(configOf({ credit, vfCoef: 0 })).compared;
  assertEquals(compared({ name: "gae" }), "batch");
  assertEquals(compared({ name: "rloo" }), "agent_turn");
  assertEquals(compared({ name: "grpo", groupBy: "question" }), "question");
  assertEquals(compared({ name: "reinforce++" }), "batch");
  assertEquals(compared({ name: "counterfactual" }), "turn");
  assertEquals(learningSettings(configOf({ klCoef: 0.25 })), {
    learningRate: 1e-3,
    klCoef: 0.25,
    maxNewTokens: 7,
    numSamples: 4,
    compared: "batch",
    source: "verifier",
    invertedAgents: [],
  });
  const seats = [{ verifier: null }, { verifier: { kind: "oracle" as const, inverted: true } }];
  assertEquals(learningSettings({ ...configOf(), seats }).invertedAgents, [1]);
});

/** Two right answers and two wrong ones, paid as they are; those cut are paid a penalty. */
const answers = (isCut: boolean) =>
  [0, 1, 2, 3].map((question): AnswersRow => ({
    ...evaluationsRow({ model: "m", update: 0, question, turn: 0, correct: question < 2 }),
    turnGroup: "all",
    trained: true,
    promptTokens: [],
    responseTokens: [],
    logProbs: [],
    finished: !isCut,
    penalties: isCut ? "missing_eos" : "",
    scoreReward: 0,
    penaltyReward: 0,
    ownRevisionReward: 0,
    influenceReward: 0,
    reward: isCut ? -1 : Number(question < 2),
    kl: 0,
  }));

Deno.test("rewardWatch() names each cause once, from the third update on", () => {
  const watch = rewardWatch(configOf());
  const cut = { answers: answers(true), updates: [{ ...updateRow(0), approxKl: 1e-3 }] };
  const causes = (lines: string[]) => lines.map((line) => line.match(/; ([\w.]+) should/)![1]);
  assertEquals([watch(cut), watch(cut)], [[], []]);
  // All are cut, which is also why all are paid the same.
  assertEquals(causes(watch(cut)), ["sampling.maxNewTokens"]);
  assertEquals(watch(cut), []);
  assertEquals(watch({ answers: [], updates: [] }), []);
});

Deno.test("rewardWatch() says nothing of updates that have what they need", () => {
  const watch = rewardWatch(configOf());
  const update = { answers: answers(false), updates: [{ ...updateRow(0), approxKl: 1e-3 }] };
  assertEquals([1, 2, 3, 4, 5].flatMap(() => watch(update)), []);
});

/** One answer to each of 100 questions of a split; so many are right. */
const asked = (update: number, numRight: number, score: number, evaluation = "validation") =>
  Array.from({ length: 100 }, (_, question): EvaluationsRow => ({
    ...evaluationsRow({ model: "MAPoRL", update, question, turn: 0, correct: question < numRight }),
    evaluation,
    score,
  }));

Deno.test("hackingWatch() compares with the first evaluation of the same split", () => {
  const watch = hackingWatch(configOf());
  assertEquals(watch(asked(0, 90, 0.1, "test")), undefined);
  assertEquals(watch(asked(2, 60, 0.5)), undefined);
  assertEquals(watch(asked(4, 60, 0.7)), undefined);
  const alarm = watch(asked(6, 40, 0.7));
  assertEquals(
    alarm?.includes("(MAPoRL after 2 updates → MAPoRL after 6 updates, 100 questions"),
    true,
  );
  assertEquals(watch([]), undefined);
});
