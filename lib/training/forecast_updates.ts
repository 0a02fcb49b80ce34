/**
 * What updates will take, from a few discussions, before the first of them.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import { planPpoUpdate, type PolicyRow, type PolicySet, type UpdatePlan } from "../rl/mod.ts";
import { ppoOptionsOf } from "./ppo_options.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import { policyRows } from "./training_rows.ts";

/** Settings of {@link forecastUpdates}. */
export interface ForecastOptions {
  /** PPO settings. */
  readonly algorithm: AlgorithmConfig;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Turns that are trained. */
  readonly turns: readonly number[];
  /** Draws the mini-batches. */
  readonly random: Random;
}

/**
 * Predicts how `updatePolicies()` will cut its updates and the memory that they will take: the answers
 * at hand are repeated until they are as many as an update has.
 *
 * @param policies Not changed.
 * @param discussions At least one; those of an update are taken to be like them.
 * @param options Settings.
 * @returns Plans by group key; groups without an answer to train on are absent.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export function forecastUpdates(
  policies: PolicySet,
  discussions: readonly RewardedDiscussion[],
  { algorithm, maxNewTokens, turns, random }: ForecastOptions,
): Map<string, UpdatePlan> {
  const { questionsPerUpdate, valueInput } = algorithm;
  const known = policyRows(discussions, policies, { turns, valueInput });
  const ids = [...new Set(discussions.map(({ discussion }) => discussion.question.id))];
  const plans = new Map<string, UpdatePlan>();
  for (const [key, sample] of known) {
    const rows = repeated(sample.rows, ids, questionsPerUpdate);
    const settings = ppoOptionsOf(algorithm, {
      maxNewTokens,
      updates: { done: 0, total: 1 },
      random: random.split(key),
    });
    plans.set(key, planPpoUpdate(policies.groups.get(key)!, rows, settings));
  }
  return plans;
}

/** The answers to some questions as those to `count` questions, in turn. */
function repeated(
  rows: readonly PolicyRow[],
  ids: readonly string[],
  count: number,
): PolicyRow[] {
  const byQuestion = Map.groupBy(rows, ({ question }) => question);
  return Array.from(
    { length: count },
    (_, i) =>
      (byQuestion.get(ids[i % ids.length]!) ?? []).map((row) => ({ ...row, question: String(i) })),
  ).flat();
}
