/**
 * One whole MAPoRL update: discussions, scores of the verifier, PPO.
 *
 * @module
 */
import { loadArithmetic, type UpdateRun } from "../support/update_run.ts";
import { trainedPeerTurns } from "./discussion_turns.ts";
import { learnerSettings } from "./learner_settings.ts";
import type { RewardedDiscussion } from "../../lib/training/mod.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

/**
 * Prepares an update.
 *
 * @param load Loads model and settings on the device that is running.
 * @param options Precision and modes of the peer, and what it is told otherwise than by {@link learnerSettings}.
 * @returns Our side.
 */
export async function prepareUpdate(
  load: () => Promise<UpdateRun>,
  { dtype, modes, peerSettings }: Pick<WorkloadOptions, "dtype" | "modes"> & {
    readonly peerSettings?: Readonly<Record<string, unknown>>;
  },
): Promise<OwnSide> {
  const run = await load();
  const update = async () => {
    const policies = run.freshPolicies(); // so that every measurement is of the same update
    try {
      let rewarded: RewardedDiscussion[] = [];
      const time = await seconds(async () => {
        rewarded = run.reward(await run.discuss(policies));
        await run.update(policies, rewarded);
      });
      return { time, rewarded };
    } finally {
      policies.dispose();
    }
  };
  const { rewarded } = await update(); // also warms up
  const settings = {
    ...learnerSettings(run.config, dtype),
    verifier: run.config.verifier.kind === "trained"
      ? `${run.config.verifier.path}/verifier.safetensors`
      : null,
    ...peerSettings,
    turns: trainedPeerTurns(run, rewarded),
  };
  return {
    run: async () => (await update()).time,
    variants: modes.map((how) => ({
      name: how,
      workload: "update",
      settings: { ...settings, how, dtype },
    })),
    dispose: () => run.parts.dispose(),
  };
}

/** All that happens between two checkpoints of the arithmetic experiment. */
export const updateWorkload: Workload = {
  name: "MAPoRL update of the arithmetic experiment (Q=64, A=3, T=3)",
  section: "update",
  prepare: (options) => prepareUpdate(loadArithmetic, options),
};
