import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { pretrainSchema } from "../../experiments/pretrain/config.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import { checkEffects, EFFECT_RULES } from "../../lib/training/mod.ts";

const resolve = (...sets: string[]) => resolveConfig(maporlSchema, [], sets);

/** A setting, settings beside which it has no effect, and settings beside which it has one. */
type Case = readonly [set: string, without: readonly string[], effective: readonly string[]];

const GRPO = ["algorithm.credit.name=grpo", "discussion.numSamples=2"];
const RLOO = ["algorithm.credit.name=rloo", "discussion.numSamples=2"];
const COUNTERFACTUAL = [
  ...["algorithm.credit.name=counterfactual", "discussion.numSamples=2"],
  ...["reward.share=individual", "reward.horizon=current"],
];
const NO_CRITIC = ["algorithm.vfCoef=0"];
const INCENTIVES = ["reward.againstOthers=1"];
const NO_PENALTIES = [
  ...["reward.penalizeMissingEos=false", "reward.penalizeMissingBox=false"],
  "reward.penalizeRepetition=false",
];
const CURRENT = ["reward.horizon=current"];
const APART = [...CURRENT, "reward.share=individual"];
const ALONE = ["discussion.numAgents=1"];
const BUDGET = ["algorithm.memoryBudget=1000"];
const TRUNCATE = ["algorithm.samplingMismatch=truncate"];
const CONSENSUS = ["discussion.consensusFraction=0.5"];

const ONE_TURN = ["discussion.numTurns=1", "algorithm.trainGroups=[first]"];
const PER_TURN = ["algorithm.turnGroups=per_turn", "algorithm.trainGroups=[turn_1, turn_2]"];

const TEMPERATURES = ["seats=[{temperature: 1}, {temperature: 1}, {temperature: 1}]"];
const PARAMETERS = ["seats=[{parameters: a}, {parameters: a}, {frozen: true}]"];

const CASES: readonly Case[] = [
  ["sampling.temperature=0.7", TEMPERATURES, ["seats=[{temperature: 0.7}, {}, {}]"]],
  ["algorithm.shareAgents=false", PARAMETERS, ["seats=[{parameters: a}, {parameters: a}, {}]"]],
  ["algorithm.shareAgents=false", ALONE, []],
  ["discussion.showScores=false", ONE_TURN, [...ONE_TURN, "evaluation.numTurns=2"]],
  ["discussion.showScores=false", [...ONE_TURN, "evaluation.numTurns=1"], [
    "evaluation.numTurns=1",
  ]],
  ["discussion.consensusFraction=0.5", ONE_TURN, []],
  ["discussion.consensusReward=0.5", [], CONSENSUS],
  ["reward.turnDiscount=0.5", CURRENT, []],
  ["reward.turnDiscount=0.5", ["reward.horizon=last"], []],
  ["reward.tieRule=right", [], INCENTIVES],
  ["reward.correctness=verifier", [], ["reward.followOthers=1"]],
  ["reward.incentiveCompat=official", [], ["reward.othersLeftMe=1"]],
  ["reward.incentiveCompat=paper", ["compat=official"], ["compat=official", ...INCENTIVES]],
  ["reward.penaltyValue=-10", NO_PENALTIES, []],
  ["reward.penaltyScope=leak", NO_PENALTIES, [...NO_PENALTIES, "reward.minTokens=5"]],
  ["reward.penaltyScope=leak", APART, CURRENT],
  ["reward.penaltyScope=leak", APART, [...APART, "reward.compat=official"]],
  ["reward.followOthers=1", ALONE, []],
  ["reward.othersLeftMe=1", [...ALONE, "reward.compat=official"], []],
  ["reward.othersJoinedMe=1", ALONE, []],
  ["reward.againstOthers=1", ALONE, [...ALONE, "reward.incentiveCompat=official"]],
  ["algorithm.credit.groupBy=agent", RLOO, GRPO],
  ["algorithm.credit.divideByDeviation=false", [], GRPO],
  ["algorithm.credit.groupReward=max", RLOO, COUNTERFACTUAL],
  ["algorithm.credit.klPlacement=loss", ["algorithm.klCoef=0"], []],
  ["algorithm.klEstimator=k3", GRPO, [...GRPO, "algorithm.credit.klPlacement=reward"]],
  ["algorithm.klEstimator=k3", ["algorithm.credit.klPlacement=loss"], ["algorithm.klCoef=0"]],
  ["algorithm.gamma=0.9", RLOO, NO_CRITIC],
  ["algorithm.gaeLambda=0.9", GRPO, NO_CRITIC],
  ["algorithm.whitenRewards=true", RLOO, []],
  ["algorithm.whitenAdvantages=false", COUNTERFACTUAL, NO_CRITIC],
  ["algorithm.vfCoef=0.5", RLOO, []],
  ["algorithm.criticLearningRate=0.1", NO_CRITIC, []],
  ["algorithm.numCriticEpochs=3", RLOO, []],
  ["algorithm.criticMaxGradNorm=3", NO_CRITIC, []],
  ["algorithm.criticBias=true", GRPO, []],
  ["algorithm.criticPerTurn=true", NO_CRITIC, []],
  ["algorithm.criticPerTurn=true", PER_TURN, []],
  // With one critic for both turns of a group.
  ["algorithm.criticPerTurn=true", ["discussion.numTurns=2"], []],
  ["algorithm.compat=official", GRPO, [...GRPO, "algorithm.schedule=linear"]],
  ["algorithm.compat=official", RLOO, NO_CRITIC],
  ["algorithm.compat=paper", ["compat=official", ...RLOO], ["compat=official"]],
  ["evaluation.every=8", [], ["algorithm.updates=9"]],
  ["algorithm.cliprangeValue=0.2", NO_CRITIC, []],
  ["algorithm.valueInput=full", RLOO, []],
  ["algorithm.samplingTolerance=0.1", TRUNCATE, []],
  ["algorithm.importanceSamplingCap=3", [], TRUNCATE],
  ["algorithm.maxBatchTokens=1000", BUDGET, []],
];

const pathOf = (set: string) => set.slice(0, set.indexOf("="));

Deno.test("every setting that can be without effect is refused then, with a remedy that works", () => {
  for (const [set, without, effective] of CASES) {
    const path = pathOf(set);
    const { message } = assertThrows(() => resolve(...without, set), ConfigError, undefined, set);
    const [, named, left] = message.match(/: (\S+) has no effect .+: leave it at (\S+)$/) ?? [];
    assertEquals(named, path, message);
    resolve(...without, `${path}=${left}`);
    resolve(...without);
    resolve(...effective, set);
  }
  const tested = new Set(CASES.map(([set]) => pathOf(set)));
  const ruled = EFFECT_RULES.map(({ path }) => path).toSorted();
  assertEquals([...tested].sort(), ruled, "each rule of EFFECT_RULES needs a line in CASES above");
});

Deno.test("a run that trains nothing may have any settings of training", () => {
  for (const [set, without] of CASES) {
    if (/^(discussion|sampling)/.test(set)) continue;
    resolve(...without, set, "algorithm.updates=0");
  }
});

Deno.test("all settings without effect are named at once, and vfCoef=0 is none with a credit without critic", () => {
  const { message } = assertThrows(
    () => resolve(...RLOO, "algorithm.gamma=0.9", "algorithm.criticBias=true"),
    ConfigError,
  );
  assertMatch(message, /2 entries are wrong/);
  assertMatch(
    message,
    /algorithm.gamma has no effect with algorithm.credit.name "rloo": leave it at 1\n/,
  );
  assertMatch(message, /algorithm.criticBias has no effect .* "rloo": leave it at false$/);
  resolve(...RLOO, "algorithm.vfCoef=0");
});

Deno.test("train_verifier and pretrain refuse what has no effect", () => {
  const cases = [
    [trainVerifierSchema, "lora.alpha=16", "with lora.r 0", "lora.r=4"],
    [pretrainSchema, "corpus.agentChances=[1]", "with corpus.discussionShare 0", ""],
  ] as const;
  for (const [schema, set, reason, effective] of cases) {
    const check = (...sets: string[]) => resolveConfig(schema as typeof pretrainSchema, [], sets);
    const without = schema === pretrainSchema ? ["corpus.discussionShare=0"] : [];
    const message = `${pathOf(set)} has no effect ${reason}`;
    assertThrows(() => check(set, ...without), ConfigError, message);
    check(set, ...(effective === "" ? [] : [effective]));
    check(...without);
  }
  for (const name of ["hidden_profile", "closed_book"]) {
    const check = () =>
      resolveConfig(pretrainSchema, [], [`task.name=${name}`, "corpus.slipRate=0.4"]);
    const message =
      `corpus.slipRate has no effect with task.name ${name}, whose errors are unknown`;
    assertThrows(check, ConfigError, message);
  }
  resolveConfig(pretrainSchema, [], ["task.name=entailment", "corpus.slipRate=0.4"]);
});

Deno.test("checkEffects() compares with the default, or with what is neutral beside others", () => {
  const messages: string[] = [];
  const issues = {
    addIssue: ({ path, message }: { path: string[]; message: string }) =>
      messages.push(`${path.join("/")} ${message}`),
  };
  const because = () => "at all";
  checkEffects({ a: { b: 1, c: [1] }, d: 2, e: 2 }, {
    rules: [
      { path: "a.b", because },
      { path: "a.c", because },
      { path: "d", because, neutral: ({ e }) => e },
      { path: "e", because, neutral: ({ d }) => d + 1 },
      { path: "missing.f", because },
    ],
    defaults: { a: { b: 2, c: [1] }, d: 5, e: 5 },
  }, issues);
  assertEquals(messages, [
    "a/b a.b has no effect at all: leave it at 2",
    "e e has no effect at all: leave it at 3",
  ]);
});
