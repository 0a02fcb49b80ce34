/**
 * What generation cost.
 *
 * @module
 */

/** Counts of one or more calls of {@link generate}. */
export interface GenerationCounts {
  /** Tokens of the prompts. */
  readonly promptTokens: number;
  /** Positions that passes over prompts computed, padding included; a shared prefix counts once. */
  readonly computedTokens: number;
  /** Of these, padding. */
  readonly paddedTokens: number;
  /** Tokens of prompts that were copied instead of computed. */
  readonly reusedTokens: number;
  /** Tokens of the responses. */
  readonly newTokens: number;
  /** Tokens that were guessed from the text before them and computed along. */
  readonly draftTokens: number;
  /** Of these, tokens that were drawn then. */
  readonly acceptedTokens: number;
  /** Time spent, in seconds. */
  readonly seconds: number;
}

/** Adds up what generation cost, over as many calls as it is given to. */
export class GenerationMeter {
  #counts: GenerationCounts = {
    ...{ promptTokens: 0, computedTokens: 0, paddedTokens: 0 },
    ...{ reusedTokens: 0, newTokens: 0, draftTokens: 0, acceptedTokens: 0, seconds: 0 },
  };

  /** Sums over all calls so far. */
  get counts(): GenerationCounts {
    return this.#counts;
  }

  /** Share of the computed positions of prompts that were padding, in [0, 1]. */
  get paddedFraction(): number {
    return this.#counts.paddedTokens / Math.max(1, this.#counts.computedTokens);
  }

  /** Share of the prompts' tokens that were copied instead of computed, in [0, 1]. */
  get reusedFraction(): number {
    return this.#counts.reusedTokens / Math.max(1, this.#counts.promptTokens);
  }

  /** Share of the guessed tokens that were drawn, in [0, 1]. */
  get acceptedFraction(): number {
    return this.#counts.acceptedTokens / Math.max(1, this.#counts.draftTokens);
  }

  /** Response tokens per second of generation; 0 before the first. */
  get tokensPerSecond(): number {
    const { newTokens, seconds } = this.#counts;
    return seconds > 0 ? newTokens / seconds : 0;
  }

  /**
   * Adds to the sums.
   *
   * @param more What came on top; what is absent stays.
   */
  add(more: Partial<GenerationCounts>): void {
    const sums: Record<string, number> = { ...this.#counts };
    for (const [name, value] of Object.entries(more)) sums[name]! += value;
    this.#counts = sums as unknown as GenerationCounts;
  }
}
