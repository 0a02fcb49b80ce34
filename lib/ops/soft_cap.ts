/** Numbers that are bound softly, as Gemma 2 does its logits. */
import * as tf from "@tensorflow/tfjs";
import { checkSoftCap } from "./attention_scores.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel } from "./run_kernel.ts";

/**
 * cap · tanh(x / cap), element by element (Gemma Team 2024, arXiv 2408.00118, §2): x where that is small, and never
 * beyond ± cap.
 *
 * @param x Shape [...].
 * @param cap Positive.
 * @returns The shape of x.
 * @throws {RangeError} If the cap is no positive number.
 */
export function softCap<T extends tf.Tensor>(x: T, cap: number): T {
  checkSoftCap("softCap", cap);
  if (!hasKernel("MaporlSoftCap")) return softCapReference(x, cap);
  return runKernel("MaporlSoftCap", { x }, { cap })[0] as T;
}

/**
 * {@linkcode softCap} by plain tfjs ops.
 *
 * @param x Shape [...].
 * @param cap Positive.
 * @returns The shape of x.
 */
export function softCapReference<T extends tf.Tensor>(x: T, cap: number): T {
  return tf.tidy("softCapReference", () => tf.mul(tf.tanh(tf.div(x, cap)), cap) as T);
}

registerGradient("MaporlSoftCap", {
  saveInputs: [],
  saveOutputs: [true],
  gradient: ([dy], [y], attributes) => ({
    x: () => runKernel("MaporlSoftCapGrad", { y: y!, dy: dy! }, attributes)[0]!,
  }),
});
