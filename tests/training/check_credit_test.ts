import { assertEquals, assertThrows } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import { CREDIT_COMPARISONS, describeTooFew } from "../../lib/training/credit_comparisons.ts";

const resolve = (...sets: string[]) => resolveConfig(maporlSchema, [{}], sets);
const credit = (name: string) => `algorithm.credit.name=${name}`;
const SAMPLES = "discussion.numSamples=2";
const OWN = ["reward.share=individual", "reward.horizon=current"];

Deno.test("a credit that compares samples is refused with one, and accepted as the message says", () => {
  const alone: string[][] = [
    [credit("rloo")],
    [credit("grpo")],
    [credit("counterfactual"), ...OWN],
    // Turns 2 and 3 are trained, each with other parameters for each agent.
    [credit("grpo"), "algorithm.credit.groupBy=turn", "algorithm.shareAgents=false"],
    // Of one parameter group, or of one update, only a turn is left.
    [
      credit("grpo"),
      "algorithm.credit.groupBy=agent",
      "algorithm.turnGroups=per_turn",
      "algorithm.trainGroups=[turn_1,turn_2]",
    ],
    [
      credit("grpo"),
      "algorithm.credit.groupBy=agent",
      "algorithm.turnBased=true",
      "algorithm.warmupSteps=0",
    ],
    [
      credit("grpo"),
      "algorithm.credit.groupBy=question",
      "algorithm.shareAgents=false",
      "algorithm.turnGroups=per_turn",
      "algorithm.trainGroups=[turn_1,turn_2]",
    ],
    [
      credit("reinforce++"),
      "algorithm.questionsPerUpdate=1",
      "algorithm.shareAgents=false",
      "algorithm.turnGroups=per_turn",
      "algorithm.trainGroups=[turn_1]",
    ],
  ];
  for (const sets of alone) {
    assertThrows(() => resolve(...sets), ConfigError, "discussion.numSamples: must be 2 or more");
    assertEquals(resolve(...sets, SAMPLES).discussion.numSamples, 2);
  }
  for (const sets of [[credit("gae")], [credit("reinforce++")]]) resolve(...sets);
  for (const groupBy of ["question", "agent", "turn"]) { // agents and turns are compared
    resolve(credit("grpo"), `algorithm.credit.groupBy=${groupBy}`);
  }
  resolve(credit("rloo"), "algorithm.updates=0");
});

Deno.test("describeTooFew() names the setting that the credit itself asks for", () => {
  // A credit of one's own that compares the turns that an update trains.
  const byTurns = (numTurns: number) => ({
    numAnswers: numTurns,
    setting: "discussion.numTurns",
    must: "be 3 or more",
  });
  assertEquals(describeTooFew("by_turns", byTurns(1)), {
    path: "discussion.numTurns",
    message:
      'must be 3 or more with algorithm.credit.name "by_turns", which compares answers to a question',
  });
  assertEquals(describeTooFew("by_turns", byTurns(2)), undefined);
});

Deno.test("CREDIT_COMPARISONS counts what one update of one parameter group has to compare", () => {
  const sizes = { numQuestions: 5, numSamples: 3, numAgents: 2, numTurns: 4 };
  const of = (name: keyof typeof CREDIT_COMPARISONS, groupBy: "agent_turn" | "agent" = "agent") =>
    CREDIT_COMPARISONS[name](sizes, { groupBy }).numAnswers;
  assertEquals(of("gae"), Infinity);
  assertEquals([of("rloo"), of("counterfactual"), of("grpo", "agent_turn")], [3, 3, 3]);
  assertEquals(of("grpo"), 12); // 3 samples of 4 turns
  assertEquals(of("reinforce++"), 120); // 5 · 3 · 2 · 4
});

Deno.test("counterfactual credit is refused for rewards that are not an answer's own", () => {
  const counterfactual = [credit("counterfactual"), SAMPLES];
  for (
    const [sets, message] of [
      [["reward.horizon=current"], 'reward.share: must be "individual"'],
      [["reward.share=individual"], 'reward.horizon: must be "current"'],
      [[...OWN, "reward.othersLeftMe=1"], "reward.othersLeftMe: must be 0"],
      [[...OWN, "reward.othersJoinedMe=1"], "reward.othersJoinedMe: must be 0"],
    ] as const
  ) {
    assertThrows(() => resolve(...counterfactual, ...sets), ConfigError, message);
  }
  resolve(...counterfactual, ...OWN);
});

Deno.test("token rewards are whitened for gae alone", () => {
  resolve("algorithm.whitenRewards=true");
  assertThrows(
    () => resolve(credit("reinforce++"), "algorithm.whitenRewards=true"),
    ConfigError,
    'algorithm.whitenRewards has no effect with algorithm.credit.name "reinforce++"',
  );
});
