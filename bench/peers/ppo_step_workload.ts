/**
 * One optimiser step of PPO with LoRA at the size of the quickstart's mini-batches.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { type PolicyRow, ppoUpdate } from "../../lib/rl/mod.ts";
import { randomTokens } from "../support/decoders.ts";
import { QuickstartWorld } from "../support/quickstart_world.ts";
import { learnerSettings } from "./learner_settings.ts";
import type { OwnSide, Workload, WorkloadOptions } from "./workload.ts";

/**
 * Means of the quickstart's first update, as the update workload prints them: 16 questions × 3 agents ×
 * 2 trained turns. Rows of equal length waste nothing on either side.
 */
const NUM_ROWS = 96, PROMPT_TOKENS = 195, VALUE_PROMPT_TOKENS = 45, RESPONSE_TOKENS = 28;
const WARMUPS = 1;

function policyRows(vocabSize: number): PolicyRow[] {
  const random = Random.fromSeed(0);
  return Array.from({ length: NUM_ROWS }, (_, row) => {
    const tokens = (count: number, what: string) =>
      randomTokens(count, { vocabSize, random: random.split(what, row) });
    return {
      question: Math.floor(row / 6),
      agent: row % 3,
      turn: 1 + Math.floor(row / 3) % 2,
      promptTokens: tokens(PROMPT_TOKENS, "prompt"),
      valuePromptTokens: tokens(VALUE_PROMPT_TOKENS, "value prompt"),
      tokens: tokens(RESPONSE_TOKENS, "response"),
      reward: random.split("reward", row).uniform(),
    };
  });
}

async function prepare({ dtype, modes }: WorkloadOptions): Promise<OwnSide> {
  const world = await QuickstartWorld.load();
  const { algorithm, sampling } = world.config;
  const rows = policyRows(world.decoder.config.vocabSize);
  // A step is what lies between two calls of onStep: after preparing the rows and before the next.
  const run = async () => {
    const policies = world.freshPolicies();
    const times: number[] = [];
    await ppoUpdate(world.decoder, [...policies.groups.values()][0]!, {
      ...algorithm,
      rows,
      numPpoEpochs: 2,
      numMiniBatches: 1,
      temperature: sampling.temperature,
      maxNewTokens: sampling.maxNewTokens,
      learningRate: () => algorithm.learningRate,
      random: Random.fromSeed(1),
      onStep: () => void times.push(performance.now()),
    });
    policies.dispose();
    return (times[1]! - times[0]!) / 1000;
  };
  for (let i = 0; i < WARMUPS; i++) await run();
  const peerRows = rows.map((row) => ({
    prompt: [...row.promptTokens],
    value_prompt: [...row.valuePromptTokens],
    response: [...row.tokens],
    turn: row.turn,
    agent: row.agent,
    reward: row.reward,
  }));
  return {
    run,
    variants: modes.map((how) => ({
      name: how,
      workload: "ppo_step",
      settings: { ...learnerSettings(world.config), how, dtype, rows: peerRows },
    })),
    dispose: () => world.dispose(),
  };
}

/** The step of a mini-batch. */
export const ppoStepWorkload: Workload = {
  name: `PPO step, LoRA r=16, quickstart's model, ${NUM_ROWS} × ` +
    `${PROMPT_TOKENS + RESPONSE_TOKENS} tokens and ${
      VALUE_PROMPT_TOKENS + RESPONSE_TOKENS
    } of values`,
  section: "step",
  prepare,
};
