import type { Compat } from "../core/compat.ts";

/** When a discussion ends early. */
export interface ConsensusRule {
  /** The most frequent answer's share of the agents must be above this; above 1 switches the rule off. */
  readonly fraction: number;
  /** The mean score of the agents that gave it must be above this; above 1 switches the rule off. */
  readonly rewardThreshold: number;
  /** `official` also asks for an update index above 20; default `"paper"`. */
  readonly compat?: Compat;
  /** Index of the PPO update that the discussion belongs to, Infinity in evaluations; only read by `official`. */
  readonly update?: number;
}

/** Updates that the official code lets pass before it stops discussions (utils_cooperateLLM.py:547-583). */
const OFFICIAL_WARM_UPDATES = 20;

/**
 * Whether a turn ends the discussion: the most frequent answer is valid, its share and the
 * mean score of those who gave it are strictly above the thresholds. Of equally frequent answers the
 * one given first counts; invalid answers are counted together.
 *
 * @param answers Shape [A], extracted answers of the turn; null is invalid.
 * @param scores Shape [A], verifier scores before penalties.
 * @param rule Thresholds.
 * @returns True if the agents agree.
 * @throws {RangeError} If there is no answer, or not one score for each.
 *
 * @example
 * ```ts
 * import { hasConsensus } from "./consensus.ts";
 * import { assert } from "@std/assert";
 *
 * assert(hasConsensus(["5", "5", "3"], [0.9, 0.8, 0.1], { fraction: 0.6, rewardThreshold: 0.7 }));
 * ```
 */
export function hasConsensus(
  answers: readonly (string | null)[],
  scores: ArrayLike<number>,
  rule: ConsensusRule,
): boolean {
  if (answers.length === 0 || answers.length !== scores.length) {
    throw new RangeError(
      "Cannot look for consensus as every answer needs a score: " +
        `got ${answers.length} answers and ${scores.length} scores`,
    );
  }
  const { fraction, rewardThreshold, compat = "paper", update = 0 } = rule;
  if (compat === "official" && update <= OFFICIAL_WARM_UPDATES) return false;
  const agentsByAnswer = Map.groupBy(answers.keys(), (agent) => answers[agent]!);
  let most: string | null = null;
  let holders: number[] = [];
  for (const [answer, agents] of agentsByAnswer) {
    if (agents.length > holders.length) [most, holders] = [answer, agents];
  }
  if (most === null) return false;
  const meanScore = holders.reduce((sum, agent) => sum + scores[agent]!, 0) / holders.length;
  return holders.length / answers.length > fraction && meanScore > rewardThreshold;
}
