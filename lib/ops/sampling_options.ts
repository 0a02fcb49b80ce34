/** How `sample()` shapes the distribution, applied in this order. */
export interface SamplingOptions {
  /** Divides the logits, at least 1e-3; 0 takes the largest logit (the lowest id among equals). */
  readonly temperature: number;
  /** Keeps the tokens whose logit is at least the K-th largest, ties included; 0 keeps all. */
  readonly topK: number;
  /** Keeps the most probable tokens until their mass reaches this, in (0, 1]; 1 keeps all. */
  readonly topP: number;
}
