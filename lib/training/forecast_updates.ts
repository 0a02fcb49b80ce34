/**
 * What updates will take, from a few discussions, before the first of them.
 *
 * @module
 */
import type { Decoder } from "../models/mod.ts";
import { planPpoUpdate, type PolicyRow, type PolicySet, type UpdatePlan } from "../rl/mod.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import { policyRows, type UpdatePoliciesOptions } from "./update_policies.ts";

/** Settings of {@link forecastUpdates}. */
export interface ForecastOptions
  extends Pick<UpdatePoliciesOptions, "algorithm" | "maxNewTokens" | "text" | "random"> {
  /** Turns that are trained. */
  readonly turns: readonly number[];
  /** Discussions of some questions; those of an update are taken to be like them. */
  readonly discussions: readonly RewardedDiscussion[];
}

/**
 * Predicts how {@link updatePolicies} will cut its updates and the memory that they will take: the answers
 * at hand are repeated until they are as many as an update has.
 *
 * @param decoder The base model.
 * @param policies Not changed.
 * @param options Settings and at least one discussion.
 * @returns Plans by group key; groups without an answer to train on are absent.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export function forecastUpdates(
  decoder: Decoder,
  policies: PolicySet,
  { discussions, algorithm, ...options }: ForecastOptions,
): Map<string, UpdatePlan> {
  const { questionsPerUpdate, valueInput } = algorithm;
  const known = policyRows(discussions, policies, { ...options, valueInput });
  const plans = new Map<string, UpdatePlan>();
  for (const [key, sample] of known) {
    const rows = repeated(sample, discussions.length, questionsPerUpdate);
    const group = policies.groups.get(key)!;
    const random = options.random.split(key);
    plans.set(key, planPpoUpdate(decoder, group, { ...algorithm, ...options, random, rows }));
  }
  return plans;
}

/** The answers to questions 0 … from−1 as those to 0 … to−1, in turn. */
function repeated(rows: readonly PolicyRow[], from: number, to: number): PolicyRow[] {
  const byQuestion = Map.groupBy(rows, ({ question }) => question);
  return Array.from(
    { length: to },
    (_, question) => (byQuestion.get(question % from) ?? []).map((row) => ({ ...row, question })),
  ).flat();
}
