import type { Compat } from "../core/compat.ts";
import type { RewardShare, ScoreRule } from "./score_rules.ts";

/** Rewards that have a name: the three of MAPoRL Def. 1 and App. F, and that of App. G.7. */
export type RewardDesign = "immediate" | "cumulative" | "influence_aware" | "final_answer";

/** The names of all designs. */
export const REWARD_DESIGNS: readonly RewardDesign[] = [
  "immediate",
  "cumulative",
  "influence_aware",
  "final_answer",
];

/**
 * The score rule behind a design's name.
 *
 * @param design `influence_aware` is the paper's main definition; `final_answer` pays every answer
 * of an agent the score of that agent's last one.
 * @param turnDiscount γ_R in [0, 1], unused by `immediate` and `final_answer`. The paper's G.2
 * states 1, every released config 0.3.
 * @returns The cell of the table horizon × share.
 * @throws {RangeError} If no design has this name.
 */
export function rewardDesign(design: RewardDesign, turnDiscount: number): ScoreRule {
  switch (design) {
    case "immediate":
      return { horizon: "current", share: "individual", turnDiscount };
    case "cumulative":
      return { horizon: "discounted_sum", share: "individual", turnDiscount };
    case "influence_aware":
      return { horizon: "discounted_sum", share: "all", turnDiscount };
    case "final_answer":
      return { horizon: "last", share: "individual", turnDiscount };
    default:
      throw new RangeError(
        `Cannot find the reward design as one of ${REWARD_DESIGNS.join(", ")}: current value is ${
          JSON.stringify(design)
        }`,
      );
  }
}

/** Options of {@link noVerifierRule}. */
export interface NoVerifierRuleOptions {
  /** `"paper"`: correctness of the last answer only. `"official"`: of every turn's answer. */
  readonly compat: Compat;
  /** Paper mode only: the paper does not say whose last answer counts. Default `"individual"`. */
  readonly share?: RewardShare;
  /** Official mode only: γ_R in [0, 1]. Default 0.3, that of the released config. */
  readonly turnDiscount?: number;
}

/**
 * The rule of training without a verifier, to be applied to correctness (0 or 1) as the score.
 *
 * The paper pays 1 if the final answer is right and gives no intermediate signal (App. G.7). The
 * released code pays correctness turn by turn through its influence-aware rule.
 *
 * @param options Which of the two, and their free choices.
 * @returns The score rule.
 */
export function noVerifierRule(options: NoVerifierRuleOptions): ScoreRule {
  const { compat, share = "individual", turnDiscount = 0.3 } = options;
  return compat === "official"
    ? { horizon: "discounted_sum", share: "all", turnDiscount }
    : { horizon: "last", share, turnDiscount };
}
