import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  diagnoseFlatRewards,
  FLAT_REWARD_THRESHOLDS,
  type FlatRewardSettings,
  rewardRise,
  type UpdateSignal,
} from "../../lib/evaluation/mod.ts";

/** An update with which nothing is wrong. */
const healthy: UpdateSignal = {
  meanReward: 0.5,
  rewardError: 0.1,
  count: 100,
  numCut: 0,
  numUnread: 0,
  numRead: 100,
  numRight: 50,
  penalties: {},
  numGroups: 10,
  numEqual: 0,
  rewardVariance: 0.25,
  klVariance: 1,
  approxKl: 1e-3,
  clipFrac: 0.01,
  lr: 1e-3,
};
const settings: FlatRewardSettings = {
  learningRate: 1e-3,
  klCoef: 0.005,
  maxNewTokens: 40,
  numSamples: 1,
  compared: "batch",
  source: "verifier",
};
const updates = (changes: Partial<UpdateSignal>, count = 3) =>
  Array.from({ length: count }, () => ({ ...healthy, ...changes }));
const found = (changes: Partial<UpdateSignal>, set: Partial<FlatRewardSettings> = {}) =>
  diagnoseFlatRewards(updates(changes), { ...settings, ...set });
const causes = (changes: Partial<UpdateSignal>, set: Partial<FlatRewardSettings> = {}) =>
  found(changes, set).map(({ cause, setting }) => [cause, setting]);

Deno.test("rewardRise() is that of the straight line through the means", () => {
  const at = (meanReward: number) => ({ meanReward, rewardError: 0.1 });
  // Offsets −1, 0, 1: slope (−0.5 + 0.8) / 2 = 0.15, over two steps 0.3. Error √(2·0.01) / 2·2 = 0.1414.
  const { rise, error } = rewardRise([at(0.5), at(0.1), at(0.8)]);
  assertAlmostEquals(rise, 0.3, 1e-12);
  assertAlmostEquals(error, Math.sqrt(0.02), 1e-12);
});

Deno.test("diagnoseFlatRewards() finds nothing wrong with a flat curve that has no cause", () => {
  assertEquals(found({}), []);
});

Deno.test("diagnoseFlatRewards() is silent where the curve rises, or is too short to tell", () => {
  const cut = updates({ numCut: 90 });
  // Rise 0.3 over three updates, two errors are 0.2828.
  const rising = cut.map((signal, u) => ({ ...signal, meanReward: 0.15 * u }));
  assertEquals(diagnoseFlatRewards(rising, settings), []);
  assertEquals(diagnoseFlatRewards(cut.slice(1), settings), []);
  // Rise 0.28: flat.
  const flat = cut.map((signal, u) => ({ ...signal, meanReward: 0.14 * u }));
  assertEquals(diagnoseFlatRewards(flat, settings).map(({ cause }) => cause), ["cut_answers"]);
  // One that falls does not rise.
  assertEquals(diagnoseFlatRewards(rising.toReversed(), settings).length, 1);
});

Deno.test("diagnoseFlatRewards() looks for causes in the last updates alone", () => {
  const signals = [...updates({ numCut: 90 }, 5), ...updates({}, 3)];
  assertEquals(diagnoseFlatRewards(signals, settings), []);
});

Deno.test("diagnoseFlatRewards() names each cause with its number, limit and one setting", () => {
  assertEquals(found({ numCut: 62, numRead: 38 }), [{
    cause: "cut_answers",
    value: 0.62,
    threshold: FLAT_REWARD_THRESHOLDS.cut_answers,
    lost: 0.62,
    setting: "sampling.maxNewTokens",
    change: "should be 80 instead of 40",
  }]);
  assertEquals(causes({ numUnread: 40, numRead: 60 }), [["unread_answers", "base"]]);
  assertEquals(causes({ penalties: { too_short: 60, missing_eos: 70, repetition: 10 } }), [
    ["penalised_answers", "reward.minTokens"],
  ]);
  assertEquals(causes({ penalties: { missing_eos: 70 } }), []); // counted as cut
  assertEquals(causes({ numRight: 98 }), [["all_right", "task"]]);
  assertEquals(causes({ numRight: 2 }), [["all_wrong", "task"]]);
  assertEquals(causes({ numRight: 4 }), []);
  // One readable answer, wrong as it is, says nothing about the questions.
  assertEquals(causes({ numCut: 99, numRead: 1, numRight: 0 }).map(([cause]) => cause), [
    "cut_answers",
  ]);
});

Deno.test("diagnoseFlatRewards() says what makes equal rewards differ", () => {
  assertEquals(causes({ numEqual: 8 }), [["equal_rewards", "reward.source"]]);
  assertEquals(causes({ numEqual: 8 }, { source: "label" }), [["equal_rewards", "task"]]);
  const [grouped] = found({ numEqual: 9 }, { compared: "agent_turn", numSamples: 4 });
  assertEquals(grouped!.setting, "discussion.numSamples");
  assertEquals(grouped!.change, "should be 8 instead of 4");
  // Steps are small as there is nothing to learn: a larger learning rate is no remedy.
  const small = { numEqual: 10, approxKl: 0, clipFrac: 0 };
  assertEquals(causes(small), [["equal_rewards", "reward.source"]]);
  // Where most answers are cut, that is why they are paid the same; where fewer are, it is not.
  assertEquals(causes({ ...small, numCut: 90 }), [["cut_answers", "sampling.maxNewTokens"]]);
  assertEquals(causes({ ...small, numCut: 50 }).length, 2);
});

Deno.test("diagnoseFlatRewards() finds a price of divergence that outweighs the reward", () => {
  // Variances 0.25 and klCoef²: with 0.5 they are the same.
  assertEquals(found({}, { klCoef: 0.4 }), []);
  const [dominating] = found({}, { klCoef: 2 });
  assertAlmostEquals(dominating!.value, 4 / 4.25, 1e-12);
  // A tenth of the variance: √(0.25 / 9) = 0.167, with one digit.
  assertEquals(dominating!.change, "should be 0.2 instead of 2");
  assertEquals(dominating!.setting, "algorithm.klCoef");
  // Without any variance of the reward the equal rewards are the cause.
  assertEquals(causes({ rewardVariance: 0, numEqual: 10 }, { klCoef: 2 }).length, 1);
});

Deno.test("diagnoseFlatRewards() finds steps that change nothing", () => {
  // approxKl 1e-10 is to become 1e-4, the learning rate so a thousand times as large.
  const small = { approxKl: 1e-10, clipFrac: 0 };
  const [steps] = found({ ...small, lr: 1e-6 }, { learningRate: 1e-6 });
  assertAlmostEquals(steps!.lost, 0.9999, 1e-12);
  assertEquals(steps!.change, "should be 0.001 instead of 0.000001");
  assertEquals(steps!.setting, "algorithm.learningRate");
  assertEquals(causes({ ...small, lr: 1e-6 }), [["small_steps", "algorithm.warmupSteps"]]);
  assertEquals(causes({ ...small, clipFrac: 0.01 }), []); // few tokens moved far
  assertEquals(causes({ ...small, approxKl: 2e-6 }), []);
});

Deno.test("diagnoseFlatRewards() puts what costs most first, and each setting once", () => {
  const both = causes({ numCut: 40, numRead: 30, numUnread: 30, numRight: 20, numEqual: 9 });
  assertEquals(both.map(([cause]) => cause), ["equal_rewards", "cut_answers", "unread_answers"]);
  const same = causes({ numUnread: 60, numRead: 40, penalties: { missing_box: 60 } });
  assertEquals(same, [["unread_answers", "base"]]);
});
