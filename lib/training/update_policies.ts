/**
 * One MAPoRL update: every parameter group takes a PPO update from the same discussions (§3.2).
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import { type PolicyGroup, type PolicySet, ppoUpdate, type PpoUpdateResult } from "../rl/mod.ts";
import type { UpdatesOfGroup } from "./learning_rate.ts";
import { measurePeak } from "./peak_memory.ts";
import { ppoOptionsOf } from "./ppo_options.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import { policyRows, type TrainingRow } from "./training_rows.ts";

/** Settings of {@link updatePolicies}. */
export interface UpdatePoliciesOptions {
  /** PPO settings. */
  readonly algorithm: AlgorithmConfig;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Turns that the update trains; the paper trains all of the trained groups' turns in each. */
  readonly turns: readonly number[];
  /** How far a group is in the updates of the run that train it, see `countUpdates()`. */
  readonly updatesOf: (group: string) => UpdatesOfGroup;
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop. */
  readonly onStep?: (group: string, done: number, total: number) => void | Promise<void>;
  /** Stops between two micro-batches; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What happened to one parameter group. */
export interface GroupUpdate extends PpoUpdateResult {
  /** Whose parameters they are. */
  readonly group: Pick<PolicyGroup, "key" | "agents" | "turnGroup">;
  /** The answers that they were trained on; `refKl` has one entry each. */
  readonly rows: readonly TrainingRow[];
  /** Time of the update, in seconds. */
  readonly seconds: number;
  /** Most memory in use meanwhile, in bytes; null where the device does not tell. */
  readonly peakBytes: number | null;
}

/**
 * Updates every parameter group.
 *
 * @param policies Changed in place.
 * @param discussions With their rewards.
 * @param options Settings.
 * @returns Updates by group key; groups without an answer to train on are absent.
 * @throws The signal's reason when it aborts; the parameters are then those after the last whole step.
 */
export async function updatePolicies(
  policies: PolicySet,
  discussions: readonly RewardedDiscussion[],
  options: UpdatePoliciesOptions,
): Promise<Map<string, GroupUpdate>> {
  const { algorithm, maxNewTokens, random, onStep, signal } = options;
  const rowsByGroup = policyRows(discussions, policies, {
    turns: options.turns,
    valueInput: algorithm.valueInput,
  });
  const updates = new Map<string, GroupUpdate>();
  for (const [key, { rows, others }] of rowsByGroup) {
    const group = policies.groups.get(key)!;
    const settings = ppoOptionsOf(algorithm, {
      maxNewTokens,
      updates: options.updatesOf(key),
      random: random.split(key),
    });
    const start = performance.now();
    const { result, peakBytes } = await measurePeak(() =>
      ppoUpdate(group, rows, {
        ...settings,
        others,
        signal,
        onStep: (done, total) => onStep?.(key, done, total),
      })
    );
    const seconds = (performance.now() - start) / 1000;
    updates.set(key, { ...result, group, rows, seconds, peakBytes });
  }
  return updates;
}
