/**
 * Settings that contradict each other.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import { turnGroup } from "../rl/mod.ts";
import { checkCredit } from "./check_credit.ts";
import { checkSizes } from "./check_sizes.ts";
import { MAX_AGENTS, MAX_TURNS } from "./schemas.ts";
import type {
  AlgorithmConfig,
  DiscussionConfig,
  EvaluationConfig,
  RewardConfig,
  SamplingConfig,
} from "./settings.ts";

/** The sections that {@linkcode checkAlgorithm} compares. */
export interface CheckedConfig {
  /** Agents, turns, temperatures. */
  readonly discussion: DiscussionConfig;
  /** Length limits. */
  readonly sampling: SamplingConfig;
  /** Shortest answer that is not penalised. */
  readonly reward: RewardConfig;
  /** Trained groups, frozen agents. */
  readonly algorithm: AlgorithmConfig;
  /** Agents of the evaluation. */
  readonly evaluation: EvaluationConfig;
}

/**
 * Finds combinations of settings that cannot work, before a run starts.
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
  for (const agent of algorithm.frozenAgents) {
    if (agent >= discussion.numAgents) {
      refuse("algorithm.frozenAgents", `agent ${agent} must be below ${discussion.numAgents}`);
    }
  }
  const trained = new Set(algorithm.frozenAgents).size < discussion.numAgents &&
    algorithm.trainGroups.length > 0;
  if (algorithm.updates > 0 && !trained) {
    refuse("algorithm.updates", "must be 0 when no turn group or no agent is trained");
  }
  checkSizes(config, issues);
  checkCredit(config, issues);
  if (algorithm.turnBased && discussion.numTurns < 2) {
    refuse("algorithm.turnBased", "needs at least 2 turns, as turn 0 is never selected");
  }
  if (reward.tieRule !== "none" && (reward.incentiveMode ?? reward.compat) === "official") {
    refuse("reward.tieRule", `must be "none" with official incentives, which have a dead zone`);
  }
  if (algorithm.samplingMismatch === "truncate" && algorithm.samplingTolerance !== null) {
    refuse("algorithm.samplingTolerance", `must be null with samplingMismatch "truncate"`);
  }
  if (reward.minTokens > sampling.maxNewTokens) {
    refuse("reward.minTokens", `must not exceed sampling.maxNewTokens, ${sampling.maxNewTokens}`);
  }
  const temperatures = discussion.agentTemperatures;
  const mostAgents = Math.max(discussion.numAgents, evaluation.numAgents ?? 0);
  if (temperatures && temperatures.length < mostAgents) {
    refuse("discussion.agentTemperatures", `needs ${mostAgents} entries, one per agent`);
  }
  const sampled = Array.from(
    { length: discussion.numAgents },
    (_, agent) => temperatures?.[agent] ?? sampling.temperature,
  ).filter((_, agent) => !algorithm.frozenAgents.includes(agent));
  // Also without updates: parameters are made, as more updates may be asked for later.
  if (algorithm.shareAgents && algorithm.trainGroups.length > 0 && new Set(sampled).size > 1) {
    refuse(
      "discussion.agentTemperatures",
      "must be equal for agents that train shared parameters: log-probabilities depend on them",
    );
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
  if (algorithm.updates > 0 && sampled.includes(0)) {
    refuse(
      temperatures ? "discussion.agentTemperatures" : "sampling.temperature",
      "must be above 0 while training, as greedy answers have no probability",
    );
  }
}
