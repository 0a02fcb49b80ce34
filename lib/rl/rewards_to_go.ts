/**
 * Discounted sum of the rewards from each token on, the Monte-Carlo return:
 * G_t = r_t + γ·r_{t+1} + γ²·r_{t+2} + …
 *
 * It is what a value function is asked to predict, whatever λ its targets Â + V are made with, and
 * depends on no value: hence what values are judged by.
 *
 * @param rewards r_t, shape [T].
 * @param gamma γ, discount per token, in [0, 1].
 * @returns G_t, shape [T].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rewardsToGo } from "./rewards_to_go.ts";
 *
 * assertEquals([...rewardsToGo([1, 0, 4], 0.5)], [2, 2, 4]); // 1 + 0.5·2, 0 + 0.5·4, 4
 * ```
 */
export function rewardsToGo(
  rewards: ArrayLike<number>,
  gamma: number,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(rewards.length);
  let sum = 0;
  for (let t = rewards.length - 1; t >= 0; t--) {
    sum = rewards[t]! + gamma * sum;
    sums[t] = sum;
  }
  return sums;
}
