/**
 * Rollouts of the quickstart: its base model, its prompts, three agents, three turns.
 *
 *     deno task bench bench/rollout.bench.ts
 *
 * One iteration holds all discussions of one update; answers are scored by the oracle, which costs
 * nothing, so that generation alone is timed. The line before the table says how many tokens that is.
 *
 * @module
 */
import { Random, resolveCompat } from "../lib/core/mod.ts";
import { takeQuestions } from "../lib/tasks/mod.ts";
import { discussionCost, OracleScorer } from "../lib/discussion/mod.ts";
import { makeArithmetic, smallWorldText } from "../lib/worlds/small_world/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { paddedFraction, reusedFraction } from "../lib/generation/mod.ts";
import { loadLanguageModel, PROJECTIONS } from "../lib/models/mod.ts";
import { PolicySet, type TurnGrouping } from "../lib/rl/mod.ts";
import {
  discussionSchema,
  holdDiscussions,
  makeSeats,
  rewardSchema,
  samplingSchema,
} from "../lib/training/mod.ts";

console.log(formatDeviceReport(await startDevice("cpu")));

const [NUM_QUESTIONS, NUM_AGENTS, NUM_TURNS] = [64, 3, 3];
const task = makeArithmetic({ seed: 0, difficulty: 2 });
const questions = takeQuestions(task.questions("train"), { count: NUM_QUESTIONS });
const model = await loadLanguageModel("data/checkpoints/arithmetic/base");
const { decoder } = model;

/** Fresh adapters: they cost what trained ones cost, and leave the base model's answers as they are. */
function policies(turnGroups: TurnGrouping, shareAgents: boolean): PolicySet {
  const seats = Array.from({ length: NUM_AGENTS }, (_, agent) => ({
    model,
    temperature: 1,
    frozen: false,
    parameters: shareAgents ? "shared" : `agent_${agent}`,
  }));
  return PolicySet.initialize(seats, {
    numTurns: NUM_TURNS,
    turnGroups,
    trainGroups: turnGroups === "all" ? ["all"] : ["rest"],
    critic: null,
    lora: { r: 8, alpha: 16, targetModules: PROJECTIONS },
    adam: { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 },
  }, Random.fromSeed(2));
}

async function roll(policies: PolicySet, changes: object) {
  const sampling = samplingSchema.parse(changes);
  const seat = {
    model: { ...smallWorldText, name: "base model", decoder },
    temperature: sampling.temperature,
    scorer: new OracleScorer(task),
  };
  return discussionCost(
    await holdDiscussions({
      task,
      format: smallWorldText.format,
      discussion: discussionSchema.parse({}),
      reward: resolveCompat(rewardSchema.parse({})),
    }, {
      questions,
      seats: makeSeats(Array(NUM_AGENTS).fill(seat), { sampling, policies }),
      numTurns: NUM_TURNS,
      update: 0,
      random: Random.fromSeed(4),
    }),
  );
}

for (
  const [name, set, sampling] of [
    ["quickstart: shared agents, first turn frozen", policies("first_vs_rest", true), {}],
    ["the same, nothing kept or shared", policies("first_vs_rest", true), { prefixMegabytes: 0 }],
    ["the same, 64 rows", policies("first_vs_rest", true), { maxRows: 64 }],
    ["one policy for all turns", policies("all", true), {}],
    ["separate agents", policies("first_vs_rest", false), {}],
  ] as const
) {
  const cost = await roll(set, sampling);
  console.log(
    `${name}: ${cost.newTokens} new tokens after ${cost.promptTokens} of prompts, ` +
      `${(100 * reusedFraction(cost)).toFixed(0)} % of them copied; ` +
      `${(100 * paddedFraction(cost)).toFixed(1)} % of the computed were padding`,
  );
  Deno.bench({
    name,
    group: "rollout",
    n: 5,
    warmup: 1,
    async fn() {
      await roll(set, sampling);
    },
  });
}
