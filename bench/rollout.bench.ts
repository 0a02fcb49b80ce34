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
import { Random } from "../lib/core/mod.ts";
import { takeQuestions } from "../lib/tasks/mod.ts";
import { OracleScorer } from "../lib/discussion/mod.ts";
import { makeArithmetic, smallWorldText } from "../lib/worlds/small_world/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { GenerationMeter } from "../lib/generation/mod.ts";
import { loadLanguageModel, PROJECTIONS } from "../lib/models/mod.ts";
import { PolicySet, type TurnGrouping } from "../lib/rl/mod.ts";
import {
  discussionSchema,
  holdDiscussions,
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

async function roll(set: PolicySet, sampling: object, meter = new GenerationMeter()) {
  await holdDiscussions({
    task,
    decoder,
    scorer: new OracleScorer(task),
    text: smallWorldText,
    discussion: discussionSchema.parse({}),
    sampling: samplingSchema.parse(sampling),
    reward: rewardSchema.parse({}),
  }, {
    questions,
    numAgents: NUM_AGENTS,
    numTurns: NUM_TURNS,
    policies: set,
    update: 0,
    random: Random.fromSeed(4),
    meter,
  });
  return meter;
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
  const { counts, paddedFraction, reusedFraction } = await roll(set, sampling);
  console.log(
    `${name}: ${counts.newTokens} new tokens after ${counts.promptTokens} of prompts, ` +
      `${(100 * reusedFraction).toFixed(0)} % of them copied; ` +
      `${(100 * paddedFraction).toFixed(1)} % of the computed were padding`,
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
