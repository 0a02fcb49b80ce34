/**
 * One whole MAPoRL update of the quickstart: discussions, scores of the trained verifier, PPO.
 *
 * @module
 */
import { loadQuickstart } from "../support/quickstart.ts";
import { trainedPeerTurns } from "./discussion_turns.ts";
import { learnerSettings } from "./learner_settings.ts";
import type { RewardedDiscussion } from "../../lib/training/mod.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

async function prepare({ dtype, modes }: WorkloadOptions): Promise<OwnSide> {
  const quickstart = await loadQuickstart();
  const update = async () => {
    const policies = quickstart.freshPolicies(); // so that every measurement is of the same update
    try {
      let rewarded: RewardedDiscussion[] = [];
      const time = await seconds(async () => {
        rewarded = quickstart.reward(await quickstart.discuss(policies));
        await quickstart.update(policies, rewarded);
      });
      return { time, rewarded };
    } finally {
      policies.dispose();
    }
  };
  const { rewarded } = await update(); // also warms up
  const settings = {
    ...learnerSettings(quickstart.config, dtype),
    verifier: `${quickstart.config.verifier.path}/verifier.safetensors`,
    turns: trainedPeerTurns(quickstart, rewarded),
  };
  return {
    run: async () => (await update()).time,
    variants: modes.map((how) => ({
      name: how,
      workload: "update",
      settings: { ...settings, how, dtype },
    })),
    dispose: () => quickstart.parts.dispose(),
  };
}

/** All that happens between two checkpoints of the quickstart. */
export const updateWorkload: Workload = {
  name: "MAPoRL update of the quickstart (Q=64, A=3, T=3)",
  section: "update",
  prepare,
};
