/**
 * One whole MAPoRL update of the arithmetic experiment: discussions, scores of the trained verifier, PPO.
 *
 * @module
 */
import { loadArithmetic } from "../support/arithmetic.ts";
import { trainedPeerTurns } from "./discussion_turns.ts";
import { learnerSettings } from "./learner_settings.ts";
import type { RewardedDiscussion } from "../../lib/training/mod.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

async function prepare({ dtype, modes }: WorkloadOptions): Promise<OwnSide> {
  const arithmetic = await loadArithmetic();
  const update = async () => {
    const policies = arithmetic.freshPolicies(); // so that every measurement is of the same update
    try {
      let rewarded: RewardedDiscussion[] = [];
      const time = await seconds(async () => {
        rewarded = arithmetic.reward(await arithmetic.discuss(policies));
        await arithmetic.update(policies, rewarded);
      });
      return { time, rewarded };
    } finally {
      policies.dispose();
    }
  };
  const { rewarded } = await update(); // also warms up
  const settings = {
    ...learnerSettings(arithmetic.config, dtype),
    verifier: `${arithmetic.config.verifier.path}/verifier.safetensors`,
    turns: trainedPeerTurns(arithmetic, rewarded),
  };
  return {
    run: async () => (await update()).time,
    variants: modes.map((how) => ({
      name: how,
      workload: "update",
      settings: { ...settings, how, dtype },
    })),
    dispose: () => arithmetic.parts.dispose(),
  };
}

/** All that happens between two checkpoints of the arithmetic experiment. */
export const updateWorkload: Workload = {
  name: "MAPoRL update of the arithmetic experiment (Q=64, A=3, T=3)",
  section: "update",
  prepare,
};
