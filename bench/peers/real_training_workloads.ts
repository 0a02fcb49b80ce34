/**
 * Training of a real model: a step of PPO, and a whole update.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import type { PolicyRow } from "../../lib/rl/mod.ts";
import { randomTokens } from "../support/decoders.ts";
import { loadRealUpdate } from "../support/update_run.ts";
import { asHuggingFace, type HuggingFaceCopy } from "./hugging_face_copy.ts";
import { preparePpoStep } from "./ppo_step_workload.ts";
import { prepareUpdate } from "./update_workload.ts";
import type { OwnSide, Workload, WorkloadOptions } from "./workload.ts";

/** Rows of 256 tokens, as many for the policy and for the value function. */
const NUM_ROWS = 8, PROMPT_TOKENS = 192, RESPONSE_TOKENS = 64;
/** Rows that the peer computes at once. */
const MICRO_ROWS = 8;

/** Rows that have nothing in common. */
function realRows(vocabSize: number): PolicyRow[] {
  const random = Random.fromSeed(0);
  return Array.from({ length: NUM_ROWS }, (_, row): PolicyRow => {
    const tokens = (length: number, what: string) =>
      randomTokens(length, { vocabSize, random: random.split(what, row) });
    const promptTokens = tokens(PROMPT_TOKENS, "prompt");
    return {
      question: String(row),
      sample: 0,
      agent: row % 2,
      turn: 0,
      promptTokens,
      valuePromptTokens: promptTokens,
      tokens: tokens(RESPONSE_TOKENS, "response"),
      reward: random.split("reward", row).uniform(),
    };
  });
}

/** Prepares our side with a copy of the model for the peer, which it reads with PEFT's adapters upon it. */
async function withCopy(
  { model: path }: WorkloadOptions,
  prepare: (
    load: () => ReturnType<typeof loadRealUpdate>,
    peerSettings: Readonly<Record<string, unknown>>,
  ) => Promise<OwnSide>,
): Promise<OwnSide> {
  const run = await loadRealUpdate(path);
  const copy: HuggingFaceCopy = await asHuggingFace(run.parts.seats[0]!.model.decoder);
  const settings = { base: copy.folder, lora: "peft", micro_rows: MICRO_ROWS };
  const own = await prepare(() => Promise.resolve(run), settings);
  return {
    ...own,
    dispose: async () => {
      await own.dispose();
      await copy.remove();
    },
  };
}

/** A mini-batch of long rows. */
export const realStepWorkload: Workload = {
  name: `PPO step of the real model, LoRA r=8, ${NUM_ROWS} rows of ` +
    `${PROMPT_TOKENS + RESPONSE_TOKENS} tokens`,
  section: "real_step",
  prepare: (options) =>
    withCopy(
      options,
      (load, peerSettings) => preparePpoStep({ load, rows: realRows, peerSettings }, options),
    ),
};

/** Discussions, rewards and PPO; the oracle scores, which costs nothing. */
export const realUpdateWorkload: Workload = {
  name: "MAPoRL update of the real model (Q=8, A=2, T=2), LoRA r=8",
  section: "real_update",
  prepare: (options) =>
    withCopy(options, (load, peerSettings) => prepareUpdate(load, { ...options, peerSettings })),
};
