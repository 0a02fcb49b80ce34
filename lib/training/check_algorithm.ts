/**
 * Settings that contradict each other.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import { turnGroup } from "../rl/mod.ts";
import { checkCredit } from "./check_credit.ts";
import { checkEffects } from "./check_effects.ts";
import { type CheckedSeats, checkSeats } from "./check_seats.ts";
import { checkSizes } from "./check_sizes.ts";
import { EFFECT_DEFAULTS, EFFECT_RULES, type EffectiveConfig } from "./effect_rules.ts";
import {
  type AlgorithmConfig,
  type DiscussionConfig,
  type EvaluationConfig,
  MAX_AGENTS,
  MAX_TURNS,
  type SamplingConfig,
} from "./schemas.ts";

/** The sections that {@linkcode checkAlgorithm} compares. */
export interface CheckedConfig extends EffectiveConfig, CheckedSeats {
  /** Agents and turns. */
  readonly discussion: DiscussionConfig;
  /** Length limits. */
  readonly sampling: SamplingConfig;
  /** Trained groups. */
  readonly algorithm: AlgorithmConfig;
  /** Agents of the evaluation. */
  readonly evaluation: EvaluationConfig;
}

/**
 * Finds combinations of settings that cannot work, and settings that have no effect, before a run starts.
 *
 * @param config Resolved settings.
 * @param issues Gets one sentence per problem, with the path of the setting.
 */
export function checkAlgorithm(config: CheckedConfig, issues: IssueList): void {
  const { discussion, sampling, reward, algorithm, evaluation } = config;
  const { numAgents, numTurns } = discussion;
  // Refused already, by themselves.
  if (!(numAgents >= 1 && numAgents <= MAX_AGENTS && numTurns >= 1 && numTurns <= MAX_TURNS)) {
    return;
  }
  const refuse = (path: string, message: string) =>
    issues.addIssue({ code: "custom", path: path.split("."), message });
  const groups = new Set(
    Array.from({ length: discussion.numTurns }, (_, turn) => turnGroup(turn, algorithm.turnGroups)),
  );
  for (const group of algorithm.trainGroups) {
    if (groups.has(group)) continue;
    refuse(
      "algorithm.trainGroups",
      `"${group}" must be a turn group of turnGroups "${algorithm.turnGroups}" with ` +
        `${discussion.numTurns} turns: ${[...groups].join(", ")}`,
    );
  }
  const seats = checkSeats(config, issues);
  const trained = seats?.filter(({ frozen }) => !frozen);
  if (algorithm.updates > 0 && (trained?.length === 0 || algorithm.trainGroups.length === 0)) {
    refuse("algorithm.updates", "must be 0 when no turn group or no agent is trained");
  }
  checkSizes(config, issues);
  if (trained && trained.length > 0) checkCredit({ ...config, trained }, issues);
  checkEffects(config, { rules: EFFECT_RULES, defaults: EFFECT_DEFAULTS }, issues);
  if (algorithm.turnBased && discussion.numTurns < 2) {
    refuse("algorithm.turnBased", "needs at least 2 turns, as turn 0 is never selected");
  }
  if (reward.tieRule !== "none" && reward.incentiveCompat === "official") {
    refuse("reward.tieRule", `must be "none" with official incentives, which have a dead zone`);
  }
  if (reward.minTokens > sampling.maxNewTokens) {
    refuse("reward.minTokens", `must not exceed sampling.maxNewTokens, ${sampling.maxNewTokens}`);
  }
  if (algorithm.updates > 0 && (sampling.topK > 0 || sampling.topP < 1)) {
    refuse(
      sampling.topK > 0 ? "sampling.topK" : "sampling.topP",
      "must be off while training, as ratios and divergence are those of the whole distribution",
    );
  }
  if (
    algorithm.turnGroups === "per_turn" && (evaluation.numTurns ?? 0) > discussion.numTurns
  ) {
    refuse("evaluation.numTurns", `must not exceed discussion.numTurns with turnGroups "per_turn"`);
  }
}
