/**
 * Credit of REINFORCE++: no critic and no groups, normalised over the whole batch.
 *
 * @module
 */
import type { Credit } from "./credit.ts";
import { rewardsToGo } from "./rewards_to_go.ts";
import { maskedMoments, whitenBy } from "./whiten.ts";

/**
 * Â_t = (A_t − mean A) / std A over all tokens of the batch, with A_t = reward − klCoef Σ_{i≥t} KL_i
 * (Hu 2025, "REINFORCE++", arXiv 2501.03262, §3).
 *
 * The batch's mean is a baseline that holds the answer itself: over n answers alike in length it keeps
 * (n − 1) / n of the gradient. The deviation is one factor for all answers, so that, unlike GRPO's, it does
 * not weigh questions against each other.
 *
 * @param options `klCoef`, the price of a nat of divergence within the token rewards.
 * @returns The credit.
 */
export function reinforcePlusPlusCredit({ klCoef }: { readonly klCoef: number }): Credit {
  return {
    name: "reinforce++",
    needsValues: false,
    assign(rows) {
      const raw = rows.map(({ kl, reward }) =>
        rewardsToGo(kl.map((nats, t) => (t === kl.length - 1 ? reward : 0) - klCoef * nats), 1)
      );
      const moments = maskedMoments(raw.flatMap((advantages) => [...advantages]));
      return raw.map((advantages) => ({
        advantages: Float32Array.from(whitenBy(advantages, moments)),
      }));
    },
  };
}
