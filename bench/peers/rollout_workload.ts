/**
 * Rollout of the arithmetic experiment's discussions by the base model: 64 questions, 3 agents, 3 turns.
 *
 * @module
 */
import { peerTurns } from "./discussion_turns.ts";
import { loadArithmetic, ORACLE } from "../support/update_run.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

async function prepare({ dtype, modes }: WorkloadOptions): Promise<OwnSide> {
  const { config, parts, discuss } = await loadArithmetic(ORACLE);
  const discussions = await discuss(); // also warms up
  const settings = { base: config.base, dtype, turns: peerTurns(discussions) };
  return {
    run: () => seconds(() => discuss()),
    variants: modes.map((how) => ({
      name: how === "compile" ? "compile, static cache" : how,
      workload: "rollout",
      settings: { ...settings, how },
    })),
    dispose: () => parts.dispose(),
  };
}

/** Sampling alone: the scorer is the oracle, which costs nothing. */
export const rolloutWorkload: Workload = {
  name: "rollout of the arithmetic experiment's discussions (Q=64, A=3, T=3)",
  section: "rollout",
  prepare,
};
