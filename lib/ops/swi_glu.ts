/** Gated activation of the llama MLP. */
import * as tf from "@tensorflow/tfjs";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * silu(gate) · up, where silu(z) = z / (1 + e^(−z)) (Shazeer 2020, eq. 6, without the projections).
 *
 * @param gate Shape [N, F].
 * @param up Shape [N, F].
 * @returns Shape [N, F].
 * @throws {RangeError} If the shapes differ.
 */
export function swiGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  if (gate.shape[0] !== up.shape[0] || gate.shape[1] !== up.shape[1]) {
    throw shapeError("swiGlu", "gate and up must have one shape [N, F]", gate, up);
  }
  if (!hasKernel("MaporlSwiGlu")) return swiGluReference(gate, up);
  return runKernel("MaporlSwiGlu", { gate, up })[0] as tf.Tensor2D;
}

/**
 * {@linkcode swiGlu} by plain tfjs ops.
 *
 * @param gate Shape [N, F].
 * @param up Shape [N, F].
 * @returns Shape [N, F].
 */
export function swiGluReference(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy("swiGluReference", () => gate.mul(gate.sigmoid()).mul(up) as tf.Tensor2D);
}

registerGradient("MaporlSwiGlu", {
  saveInputs: ["gate", "up"],
  gradient: ([dy], [gate, up]) => {
    const [dgate, dup] = runKernel("MaporlSwiGluGrad", { gate: gate!, up: up!, dy: dy! });
    return { gate: () => dgate!, up: () => dup! };
  },
});
