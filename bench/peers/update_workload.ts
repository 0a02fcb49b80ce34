/**
 * One whole MAPoRL update of the quickstart: discussions, scores of the trained verifier, PPO.
 *
 * @module
 */
import { QuickstartWorld } from "../support/quickstart_world.ts";
import { trainedPeerTurns } from "./discussion_turns.ts";
import { learnerSettings } from "./learner_settings.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

async function prepare({ dtype, modes }: WorkloadOptions): Promise<OwnSide> {
  const world = await QuickstartWorld.load();
  const update = async () => {
    const policies = world.freshPolicies(); // so that every measurement is of the same update
    try {
      let rewarded: ReturnType<QuickstartWorld["reward"]> = [];
      const time = await seconds(async () => {
        rewarded = world.reward(await world.discuss({ policies }));
        await world.update(policies, rewarded);
      });
      return { time, rewarded };
    } finally {
      policies.dispose();
    }
  };
  const { rewarded } = await update(); // also warms up
  const settings = {
    ...learnerSettings(world.config, dtype),
    verifier: `${world.config.verifier.path}/verifier.safetensors`,
    turns: trainedPeerTurns(world, rewarded),
  };
  return {
    run: async () => (await update()).time,
    variants: modes.map((how) => ({
      name: how,
      workload: "update",
      settings: { ...settings, how, dtype },
    })),
    dispose: () => world.dispose(),
  };
}

/** All that happens between two checkpoints of the quickstart. */
export const updateWorkload: Workload = {
  name: "MAPoRL update of the quickstart (Q=64, A=3, T=3)",
  section: "update",
  prepare,
};
