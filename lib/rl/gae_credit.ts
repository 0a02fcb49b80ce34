/**
 * Credit of PPO: generalised advantage estimation with a critic.
 *
 * @module
 */
import type { AssignedCredit, Credit, CreditRow } from "./credit.ts";
import { type PpoTargetOptions, ppoTargets, type PpoTargetsOfRow } from "./ppo_targets.ts";
import { whiteningPools } from "./whitening_pools.ts";

/** Options of {@link gaeCredit}; see {@link ppoTargets} for what they do. */
export type GaeCreditOptions = Omit<PpoTargetOptions, "pools"> & {
  /** Whether there is a critic; without one all values are 0. */
  readonly hasCritic: boolean;
};

/**
 * Â_t = Σ_l (γλ)^l (r_{t+l} + γ V_{t+l+1} − V_{t+l}) over the tokens of one answer, of which the last
 * earns the answer's reward and each pays for its divergence (Schulman et al. 2016, eq. 16; MAPoRL,
 * arXiv 2502.18439v2, §3.2), whitened over the answers of one (turn, agent), see `whiteningPools()`.
 *
 * Without whitening and with γ = λ = 1 its expectation is the exact policy gradient of the expected reward
 * minus klCoef times the divergence, whatever the values are; they only lower its variance. λ < 1 trusts
 * the values and is biased as far as they are wrong. Whitening divides by a deviation of the batch: the
 * gradient of another scale, and of 1 / n less of itself for a mean over n tokens.
 *
 * @param options Coefficients and switches.
 * @returns The credit.
 */
export function gaeCredit({ hasCritic, ...options }: GaeCreditOptions): Credit {
  const targetsOf = (rows: readonly CreditRow[]): PpoTargetsOfRow[] =>
    ppoTargets(
      rows.map(({ kl, values, reward }) => ({
        kl,
        // One more than there are tokens, for the state behind the last.
        values: values ?? new Float32Array(kl.length + 1),
        score: reward,
      })),
      { ...options, pools: whiteningPools(rows) },
    );
  return {
    name: "gae",
    needsValues: hasCritic,
    assign: (rows) =>
      targetsOf(rows).map(({ numTokens, advantages, returns }): AssignedCredit => ({
        advantages: Float32Array.from(advantages.subarray(0, numTokens)),
        ...(hasCritic ? { returns: Float32Array.from(returns) } : {}),
      })),
    // Neither the values nor λ matter to the discounted sums.
    ...(hasCritic
      ? {
        monteCarloReturns: (rows: readonly CreditRow[]) =>
          targetsOf(rows.map((row) => ({ ...row, values: new Float32Array(row.kl.length + 1) })))
            .map(({ rewardsToGo }) => Float32Array.from(rewardsToGo)),
      }
      : {}),
  };
}
