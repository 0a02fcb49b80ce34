/**
 * What generation costs.
 *
 * @module
 */

/** What an answer cost, or several: plain counts that add up. */
export interface GenerationCost {
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

/** The cost of nothing. */
export const NO_COST: GenerationCost = {
  promptTokens: 0,
  computedTokens: 0,
  paddedTokens: 0,
  reusedTokens: 0,
  newTokens: 0,
  draftTokens: 0,
  acceptedTokens: 0,
  seconds: 0,
};

const COUNTS = Object.keys(NO_COST) as (keyof GenerationCost)[];

/**
 * Adds up costs.
 *
 * @param costs Any number; counts that are absent are 0.
 * @returns Their sum.
 */
export function sumCosts(costs: Iterable<Partial<GenerationCost>>): GenerationCost {
  const sum = { ...NO_COST } as Record<keyof GenerationCost, number>;
  for (const cost of costs) {
    for (const count of COUNTS) sum[count] += cost[count] ?? 0;
  }
  return sum;
}

/**
 * Cuts what several answers cost together into equal parts. Tokens stay whole, so that the parts add
 * up to exactly what was cut.
 *
 * @param cost Of all of them.
 * @param numParts Number of answers, at least 1.
 * @returns One cost for each.
 */
export function splitCost(cost: GenerationCost, numParts: number): GenerationCost[] {
  const upTo = (count: number, part: number) => Math.floor(count * part / numParts);
  return Array.from({ length: numParts }, (_, part) => {
    const own = { ...NO_COST } as Record<keyof GenerationCost, number>;
    for (const count of COUNTS) own[count] = upTo(cost[count], part + 1) - upTo(cost[count], part);
    return { ...own, seconds: cost.seconds / numParts };
  });
}

/**
 * How much of the computed positions of prompts was padding.
 *
 * @param cost Of one answer or more.
 * @returns A share in [0, 1]; 0 if nothing was computed.
 */
export function paddedFraction({ paddedTokens, computedTokens }: GenerationCost): number {
  return paddedTokens / Math.max(1, computedTokens);
}

/**
 * How much of the prompts was copied instead of computed.
 *
 * @param cost Of one answer or more.
 * @returns A share in [0, 1]; 0 without prompts.
 */
export function reusedFraction({ reusedTokens, promptTokens }: GenerationCost): number {
  return reusedTokens / Math.max(1, promptTokens);
}

/**
 * Speed of generation.
 *
 * @param cost Of one answer or more.
 * @returns Response tokens per second; 0 if no time was spent.
 */
export function tokensPerSecond({ newTokens, seconds }: GenerationCost): number {
  return seconds > 0 ? newTokens / seconds : 0;
}
