/**
 * How the divergence between policy and reference is estimated from one sampled token.
 *
 * - `"k1"`: log π − log ref. Unbiased for KL(π‖ref), of either sign; the released code's.
 * - `"k3"`: r − 1 − log r with r = ref/π. Unbiased for KL(π‖ref), never negative, less noisy
 *   (Schulman, "Approximating KL Divergence", 2020).
 * - `"forward"`: r·log r − r + 1. Unbiased for KL(ref‖π), the direction that the paper writes
 *   (§3.2); never negative, but heavy-tailed where ref ≫ π.
 */
export type KlEstimator = "k1" | "k3" | "forward";

/**
 * One-sample estimate of a KL divergence, in nats.
 *
 * @param logProb log π of the sampled token, natural log.
 * @param refLogProb log ref of the same token.
 * @param estimator Which estimate.
 * @returns The estimate; its mean over tokens sampled from π is the divergence. Infinite where k3 or
 * forward overflow, from 710 nats on.
 */
export function klEstimate(logProb: number, refLogProb: number, estimator: KlEstimator): number {
  const logRatio = refLogProb - logProb; // log r
  switch (estimator) {
    case "k1":
      return -logRatio;
    case "k3":
      // expm1 keeps the digits that exp(x) − 1 loses for nearly equal models
      return Math.expm1(logRatio) - logRatio;
    case "forward":
      // Where both terms overflow their difference would not be a number.
      return logRatio > 1
        ? Math.exp(logRatio) * (logRatio - 1) + 1
        : Math.exp(logRatio) * logRatio - Math.expm1(logRatio);
  }
}

/**
 * The estimates of every token of a response.
 *
 * @param logProbs log π of the sampled tokens, shape [T], natural log.
 * @param refLogProbs log ref of the same tokens, shape [T].
 * @param estimator Which estimate.
 * @returns Shape [T], nats per token.
 * @throws {RangeError} If the lengths differ.
 */
export function tokenKl(
  logProbs: ArrayLike<number>,
  refLogProbs: ArrayLike<number>,
  estimator: KlEstimator,
): Float64Array<ArrayBuffer> {
  if (logProbs.length !== refLogProbs.length) {
    throw new RangeError(
      `Cannot estimate the KL divergence as both models must score the same tokens: ${logProbs.length} and ${refLogProbs.length} log-probabilities`,
    );
  }
  return Float64Array.from(
    { length: logProbs.length },
    (_, i) => klEstimate(logProbs[i]!, refLogProbs[i]!, estimator),
  );
}
