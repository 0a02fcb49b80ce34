import type { Random } from "../core/mod.ts";
import type { PolicySet } from "../rl/mod.ts";
import type { Discuss } from "./discussion_rounds.ts";
import { forecastUpdates } from "./forecast_updates.ts";
import { describePlan } from "./progress_lines.ts";
import { rewardDiscussions, type RewardDiscussionsOptions } from "./reward_discussions.ts";
import type { RunParts } from "./run_parts.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import type { ScheduledUpdate } from "./update_schedule.ts";

/** Questions that are discussed to tell what an update will take. */
const FORECAST_QUESTIONS = 8;

/** What {@linkcode forecastLines} needs to hold a few discussions and pay them. */
export interface ForecastLinesOptions {
  /** Index of the next update. */
  readonly update: number;
  /** PPO settings. */
  readonly algorithm: AlgorithmConfig;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Which turns it trains. */
  readonly schedule: (update: number) => Pick<ScheduledUpdate, "turns">;
  /** The questions. */
  readonly parts: Pick<RunParts, "questions">;
  /** Holds discussions. */
  readonly discuss: Discuss;
  /** How answers are paid. */
  readonly rewards: RewardDiscussionsOptions;
  /** Streams of its own, so that no result depends on it. */
  readonly random: Random;
}

/**
 * Holds a few discussions and tells what an update of as many as there will be is going to take.
 *
 * @param policies Not changed.
 * @param options Settings, and how to discuss and pay.
 * @returns A line for each parameter group.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export async function forecastLines(
  policies: PolicySet,
  options: ForecastLinesOptions,
): Promise<string[]> {
  const { update, algorithm, maxNewTokens, parts, discuss, random } = options;
  const count = Math.min(FORECAST_QUESTIONS, algorithm.questionsPerUpdate);
  const { discussions } = await discuss("sampling a few discussions", {
    questions: parts.questions({ count }),
    policies,
    update,
    random: random.split("discussion"),
  });
  const plans = forecastUpdates(policies, rewardDiscussions(discussions, options.rewards), {
    algorithm,
    maxNewTokens,
    turns: options.schedule(update).turns,
    random: random.split("ppo"),
  });
  return [...plans].map(([group, plan]) => describePlan(group, plan));
}
