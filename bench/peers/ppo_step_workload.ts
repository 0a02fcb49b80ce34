/**
 * One optimiser step of PPO with LoRA.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { type PolicyRow, ppoUpdate } from "../../lib/rl/mod.ts";
import { ppoOptionsOf } from "../../lib/training/mod.ts";
import { randomTokens } from "../support/decoders.ts";
import { loadArithmetic, type UpdateRun } from "../support/update_run.ts";
import { learnerSettings } from "./learner_settings.ts";
import type { OwnSide, Workload, WorkloadOptions } from "./workload.ts";

/**
 * The arithmetic experiment's: 16 questions × 3 agents × 2 trained turns, whose prompts have 108 and 193 tokens on
 * average; the question alone has 27, an answer always 27. As there, the prompt of the later turn begins
 * with prompt and answer of the earlier one.
 */
const NUM_ROWS = 96, PROMPT_TOKENS = [108, 193], VALUE_PROMPT_TOKENS = 27, RESPONSE_TOKENS = 27;
const WARMUPS = 1;

function policyRows(vocabSize: number): PolicyRow[] {
  const random = Random.fromSeed(0);
  const rows: PolicyRow[] = [];
  for (let row = 0; row < NUM_ROWS; row++) {
    const tokens = (count: number, what: string) => [
      ...randomTokens(count, { vocabSize, random: random.split(what, row) }),
    ];
    const turn = 1 + row % 2;
    const before = turn === 1 ? [] : [...rows[row - 1]!.promptTokens, ...rows[row - 1]!.tokens];
    const promptLength = PROMPT_TOKENS[turn - 1]!;
    rows.push({
      question: String(Math.floor(row / 6)),
      sample: 0,
      agent: Math.floor(row / 2) % 3,
      turn,
      promptTokens: Int32Array.from([
        ...before,
        ...tokens(promptLength - before.length, "prompt"),
      ]),
      valuePromptTokens: Int32Array.from(tokens(VALUE_PROMPT_TOKENS, "value prompt")),
      tokens: Int32Array.from(tokens(RESPONSE_TOKENS, "response")),
      reward: random.split("reward", row).uniform(),
    });
  }
  return rows;
}

/** The model of a step, and the rows of its mini-batch. */
export interface PpoStepParts {
  /** Loads model and settings on the device that is running. */
  readonly load: () => Promise<UpdateRun>;
  /** The mini-batch, for a vocabulary of this size. */
  readonly rows: (vocabSize: number) => PolicyRow[];
  /** What the peer is told otherwise than by {@link learnerSettings}. */
  readonly peerSettings?: Readonly<Record<string, unknown>>;
}

/**
 * Prepares a step.
 *
 * @param parts Model and rows.
 * @param options Precision and modes of the peer.
 * @returns Our side.
 */
export async function preparePpoStep(
  { load, rows: makeRows, peerSettings }: PpoStepParts,
  { dtype, modes }: Pick<WorkloadOptions, "dtype" | "modes">,
): Promise<OwnSide> {
  const { config, parts, freshPolicies } = await load();
  const { algorithm, sampling } = config;
  const rows = makeRows(parts.seats[0]!.model.decoder.config.vocabSize);
  // A step is what lies between two calls of onStep: after preparing the rows and before the next.
  const run = async () => {
    const policies = freshPolicies();
    const times: number[] = [];
    await ppoUpdate([...policies.groups.values()][0]!, rows, {
      ...ppoOptionsOf({ ...algorithm, numPpoEpochs: 2, numMiniBatches: 1 }, {
        maxNewTokens: sampling.maxNewTokens,
        updates: { done: 0, total: 1 },
        random: Random.fromSeed(1),
      }),
      learningRate: () => algorithm.learningRate,
      criticLearningRate: () => algorithm.learningRate,
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
      settings: { ...learnerSettings(config, dtype), ...peerSettings, how, dtype, rows: peerRows },
    })),
    dispose: () => parts.dispose(),
  };
}

/** The step of a mini-batch. */
export const ppoStepWorkload: Workload = {
  name: `PPO step, LoRA r=16, arithmetic experiment's model and lengths, ${NUM_ROWS} rows`,
  section: "step",
  prepare: (options) => preparePpoStep({ load: loadArithmetic, rows: policyRows }, options),
};
