/** Generalised advantage estimation on the device. */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** Discounts of {@linkcode maskedGae}. */
export interface MaskedGaeOptions {
  /** γ, discount per token, in [0, 1]. */
  readonly gamma: number;
  /** λ in [0, 1]: 0 trusts the values, 1 the rewards. */
  readonly gaeLambda: number;
}

/** Result of {@linkcode maskedGae}; 0 where the mask is 0. */
export interface MaskedGae {
  /** Â_t, not whitened. Shape [B, T]. */
  readonly advantages: tf.Tensor2D;
  /** G_t = Â_t + V_t. Shape [B, T]. */
  readonly returns: tf.Tensor2D;
}

/**
 * Generalised advantage estimation of right-padded responses (Schulman et al. 2016, eq. 16):
 * Â_t = δ_t + γλ·Â_{t+1} with δ_t = r_t + γ·V_{t+1} − V_t, where the mask ends a row's episode. The
 * twin in float64 on the host is `gae()`.
 *
 * Advantages are constants of a loss, so there is no gradient.
 *
 * @param rewards r_t. Shape [B, T].
 * @param values V_t, value of the state before token t. Shape [B, T].
 * @param options Discounts, and the `mask`, shape [B, T], float32, 1 = token of the response.
 * @returns Advantages and returns.
 * @throws {RangeError} If the shapes differ, or γ or λ is outside [0, 1].
 */
export function maskedGae(
  rewards: tf.Tensor2D,
  values: tf.Tensor2D,
  options: MaskedGaeOptions & { readonly mask: tf.Tensor2D },
): MaskedGae {
  const { mask, gamma, gaeLambda } = options;
  const shape = rewards.shape.join();
  if (rewards.rank !== 2 || values.shape.join() !== shape || mask.shape.join() !== shape) {
    throw shapeError(
      "maskedGae",
      "rewards, values and mask must have one shape [B, T]",
      rewards,
      values,
      mask,
    );
  }
  for (const [name, value] of [["gamma", gamma], ["gaeLambda", gaeLambda]] as const) {
    if (value >= 0 && value <= 1) continue;
    throw new RangeError(`Cannot run maskedGae as ${name} must be in [0, 1]: got ${value}`);
  }
  if (!hasKernel("MaporlGae")) return maskedGaeReference(rewards, values, options);
  const [advantages, returns] = tf.tidy("maskedGae", () => {
    const [both] = runKernel("MaporlGae", { rewards, values, mask }, { gamma, gaeLambda });
    return tf.unstack(both!) as [tf.Tensor2D, tf.Tensor2D];
  });
  return { advantages, returns };
}

/**
 * {@linkcode maskedGae} by plain tfjs ops, one token of all rows after the other.
 *
 * @param rewards Shape [B, T].
 * @param values Shape [B, T].
 * @param options Discounts and the mask.
 * @returns Advantages and returns.
 */
export function maskedGaeReference(
  rewards: tf.Tensor2D,
  values: tf.Tensor2D,
  options: MaskedGaeOptions & { readonly mask: tf.Tensor2D },
): MaskedGae {
  const [advantages, returns] = tf.tidy("maskedGaeReference", () => {
    const { mask, gamma, gaeLambda } = options;
    const [numRows, numTokens] = rewards.shape;
    const zeros = tf.zeros([numRows]);
    if (numTokens === 0) return [rewards.clone(), rewards.clone()];
    const columns = (x: tf.Tensor2D) => tf.unstack(x, 1);
    const [r, v, m] = [columns(rewards), columns(values), columns(mask)];
    const estimates: tf.Tensor[] = [];
    const targets: tf.Tensor[] = [];
    let [next, advantage]: [tf.Tensor, tf.Tensor] = [zeros, zeros];
    for (let t = numTokens - 1; t >= 0; t--) {
      // What is behind the end may hold anything, so it is left out and not multiplied by 0.
      const counts = m[t]!.greater(0);
      const inside = (x: tf.Tensor) => tf.where(counts, x, zeros);
      const delta = r[t]!.add(next.mul(gamma)).sub(v[t]!);
      advantage = inside(delta.add(advantage.mul(gamma * gaeLambda)));
      next = inside(v[t]!);
      estimates.unshift(advantage);
      targets.unshift(advantage.add(next));
    }
    return [tf.stack(estimates, 1), tf.stack(targets, 1)] as [tf.Tensor2D, tf.Tensor2D];
  });
  return { advantages, returns };
}
