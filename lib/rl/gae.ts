/** Options of {@link gae}. */
export interface GaeOptions {
  /** γ, discount per token, in [0, 1]. Default 1. */
  readonly gamma?: number;
  /** λ in [0, 1]: 0 trusts the values, 1 the rewards. Default 0.95. */
  readonly gaeLambda?: number;
  /** Value of the state after the last reward. Default 0: the episode ends. */
  readonly nextValue?: number;
}

/** What {@link gae} returns, both of shape [T]. */
export interface GaeResult {
  /** Â_t, not whitened. */
  readonly advantages: Float64Array<ArrayBuffer>;
  /** G_t = Â_t + V_t, the target of the value function. */
  readonly returns: Float64Array<ArrayBuffer>;
}

/**
 * Generalised advantage estimation (Schulman et al. 2016, eq. 16).
 *
 * Â_t = δ_t + γλ·Â_{t+1} with δ_t = r_t + γ·V_{t+1} − V_t.
 *
 * @param rewards r_t, shape [T].
 * @param values V_t, value of the state before token t, shape [T].
 * @param options γ, λ and the value after the end.
 * @returns Advantages and returns.
 * @throws {RangeError} If the lengths differ, or γ or λ is outside [0, 1].
 *
 * @example λ = 1 is the discounted return minus the value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gae } from "./gae.ts";
 *
 * const { advantages } = gae([0, 0, 1], [0.5, 0.25, 0], { gamma: 0.5, gaeLambda: 1 });
 * assertEquals([...advantages], [0.25 - 0.5, 0.5 - 0.25, 1]);
 * ```
 */
export function gae(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  options: GaeOptions = {},
): GaeResult {
  const { gamma = 1, gaeLambda = 0.95, nextValue = 0 } = options;
  for (const [name, value] of [["gamma", gamma], ["gaeLambda", gaeLambda]] as const) {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(
        `Cannot estimate advantages as ${name} must be in [0, 1]: current value is ${value}`,
      );
    }
  }
  const numTokens = rewards.length;
  if (values.length !== numTokens) {
    throw new RangeError(
      `Cannot estimate advantages as there must be one value per reward: ${numTokens} rewards, ${values.length} values`,
    );
  }
  const advantages = new Float64Array(numTokens);
  const returns = new Float64Array(numTokens);
  // Backwards, as Â_t builds on Â_{t+1}: one pass instead of a sum for each token.
  let next = nextValue; // V_{t+1}
  let advantage = 0; // Â_{t+1}
  for (let t = numTokens - 1; t >= 0; t--) {
    const value = values[t]!;
    advantage = rewards[t]! + gamma * next - value + gamma * gaeLambda * advantage;
    advantages[t] = advantage;
    returns[t] = advantage + value;
    next = value;
  }
  return { advantages, returns };
}
