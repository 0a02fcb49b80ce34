import type { GenerationCost } from "./generation_cost.ts";

/** One sampled response. */
export interface Generated {
  /** Sampled tokens, end-of-sequence included when it was sampled. */
  readonly tokens: Int32Array;
  /** Log-probability of each token in nats, under the temperature alone: before top-k and top-p. */
  readonly logProbs: Float32Array;
  /** Whether end-of-sequence was sampled; false when `maxNewTokens` or `onTokens` cut the response. */
  readonly finished: boolean;
  /** What it cost; what it has in common with others counts in equal parts. */
  readonly cost: GenerationCost;
}
