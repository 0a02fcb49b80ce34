/**
 * The credits by name.
 *
 * @module
 */
import type { Compat } from "../core/compat.ts";
import type { Credit } from "./credit.ts";
import { counterfactualCredit, type GroupReward } from "./counterfactual_credit.ts";
import { gaeCredit } from "./gae_credit.ts";
import { type CreditGrouping, grpoCredit } from "./grpo_credit.ts";
import { reinforcePlusPlusCredit } from "./reinforce_plus_plus_credit.ts";
import { rlooCredit } from "./rloo_credit.ts";

/** Names of credits, as settings give them. */
export const CREDIT_NAMES = ["gae", "rloo", "grpo", "reinforce++", "counterfactual"] as const;

/** Name of a credit. */
export type CreditName = typeof CREDIT_NAMES[number];

/** Which credit is meant. */
export interface CreditChoice {
  /** Which one. */
  readonly name: CreditName;
  /** `grpo`: which answers are compared. */
  readonly groupBy: CreditGrouping;
  /** `grpo`: whether differences are divided by their deviation. */
  readonly divideByDeviation: boolean;
  /** `counterfactual`: how the answers of a turn earn together. */
  readonly groupReward: GroupReward;
  /** Where divergence is paid for: in the reward or in the loss; null = as the credit's source has it. */
  readonly klPlacement: "reward" | "loss" | null;
}

/** What {@link makeCredit} needs besides the choice. */
export interface CreditCoefficients {
  /** Price of a nat of divergence, wherever it is paid. */
  readonly klCoef: number;
  /** `gae`: discount per token. */
  readonly gamma: number;
  /** `gae`: λ per token. */
  readonly gaeLambda: number;
  /** `gae`: scale token rewards to variance 1. */
  readonly whitenRewards: boolean;
  /** `gae`: scale advantages to mean 0 and variance 1. */
  readonly whitenAdvantages: boolean;
  /** `gae`: weight of the value loss; with 0 there is no critic. */
  readonly vfCoef: number;
  /** `gae`: place of the score. */
  readonly compat: Compat;
  /** `gae`: most tokens of an answer. */
  readonly maxNewTokens: number;
}

/**
 * The price of divergence in the loss, where it stands there.
 *
 * @param choice The credit; GRPO's source has it in the loss, all others in the reward.
 * @param klCoef Price of a nat.
 * @returns The coefficient of the loss term; 0 = divergence is paid in the reward.
 */
export function klLossCoefOf(
  choice: Pick<CreditChoice, "name" | "klPlacement">,
  klCoef: number,
): number {
  const placement = choice.klPlacement ?? (choice.name === "grpo" ? "loss" : "reward");
  return placement === "loss" ? klCoef : 0;
}

/**
 * Whether a credit has a critic.
 *
 * @param choice The credit.
 * @param vfCoef Weight of the value loss.
 * @returns False where nothing asks for values, or nothing would train them.
 */
export function hasCritic({ name }: Pick<CreditChoice, "name">, vfCoef: number): boolean {
  return name === "gae" && vfCoef > 0;
}

/**
 * Makes the credit that the settings ask for.
 *
 * @param choice Which one.
 * @param coefficients Prices, discounts and scales.
 * @returns The credit.
 */
export function makeCredit(choice: CreditChoice, coefficients: CreditCoefficients): Credit {
  const klCoef = coefficients.klCoef - klLossCoefOf(choice, coefficients.klCoef);
  switch (choice.name) {
    case "gae":
      return gaeCredit({
        klCoef,
        gamma: coefficients.gamma,
        gaeLambda: coefficients.gaeLambda,
        whitenRewards: coefficients.whitenRewards,
        whitenAdvantages: coefficients.whitenAdvantages,
        compat: coefficients.compat,
        maxNewTokens: coefficients.maxNewTokens,
        hasCritic: hasCritic(choice, coefficients.vfCoef),
      });
    case "rloo":
      return rlooCredit({ klCoef });
    case "grpo":
      return grpoCredit({
        groupBy: choice.groupBy,
        divideByDeviation: choice.divideByDeviation,
        klCoef,
      });
    case "reinforce++":
      return reinforcePlusPlusCredit({ klCoef });
    case "counterfactual":
      return counterfactualCredit({ groupReward: choice.groupReward, klCoef });
  }
}
