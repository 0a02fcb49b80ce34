/**
 * One MAPoRL update: every parameter group takes a PPO update from the same discussions.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import { type PolicyGroup, type PolicySet, ppoUpdate, type PpoUpdateResult } from "../rl/mod.ts";
import type { UpdatesOfGroup } from "./learning_rate.ts";
import { measurePeak } from "./peak_memory.ts";
import { ppoOptionsOf } from "./ppo_options.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { AlgorithmConfig } from "./settings.ts";
import { policyRows, type TrainingRow } from "./training_rows.ts";

/** Settings of {@link updatePolicies}. */
export interface UpdatePoliciesOptions {
  /** PPO settings. */
  readonly algorithm: AlgorithmConfig;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Index of the update, from 0. */
  readonly update: number;
  /** Turns that an update trains; the paper trains all of the trained groups' turns in each. */
  readonly turnsOf: (update: number) => readonly number[];
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop. */
  readonly onStep?: (group: string, done: number, total: number) => void | Promise<void>;
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
 */
export async function updatePolicies(
  policies: PolicySet,
  discussions: readonly RewardedDiscussion[],
  options: UpdatePoliciesOptions,
): Promise<Map<string, GroupUpdate>> {
  const { algorithm, maxNewTokens, random, onStep } = options;
  const rowsByGroup = policyRows(discussions, policies, {
    turns: options.turnsOf(options.update),
    valueInput: algorithm.valueInput,
  });
  const updates = new Map<string, GroupUpdate>();
  for (const [key, { rows, others }] of rowsByGroup) {
    const group = policies.groups.get(key)!;
    const settings = ppoOptionsOf(algorithm, {
      maxNewTokens,
      updates: updatesOf(group, policies, options),
      random: random.split(key),
    });
    const start = performance.now();
    const { result, peakBytes } = await measurePeak(() =>
      ppoUpdate(group, rows, {
        ...settings,
        others,
        onStep: (done, total) => onStep?.(key, done, total),
      })
    );
    const seconds = (performance.now() - start) / 1000;
    updates.set(key, { ...result, group, rows, seconds, peakBytes });
  }
  return updates;
}

/** The updates of the run that are to train a group, and how many of them are over. */
function updatesOf(
  { key }: PolicyGroup,
  policies: PolicySet,
  { algorithm, update, turnsOf }: UpdatePoliciesOptions,
): UpdatesOfGroup {
  const trained = [...Array(algorithm.updates).keys()]
    .filter((index) => policies.keysAt(turnsOf(index)).has(key));
  return { done: trained.filter((index) => index < update).length, total: trained.length };
}
