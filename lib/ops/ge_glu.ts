/** Gated activation of Gemma's MLP. */
import * as tf from "@tensorflow/tfjs";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * gelu(gate) · up (Shazeer 2020, eq. 6, without the projections), with gelu(z) = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))
 * (Hendrycks and Gimpel 2016, §2, the approximation; PyTorch's `approximate="tanh"`).
 *
 * @param gate Shape [N, F].
 * @param up Shape [N, F].
 * @returns Shape [N, F].
 * @throws {RangeError} If the shapes differ.
 */
export function geGlu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  if (gate.shape[0] !== up.shape[0] || gate.shape[1] !== up.shape[1]) {
    throw shapeError("geGlu", "gate and up must have one shape [N, F]", gate, up);
  }
  if (!hasKernel("MaporlGeGlu")) return geGluReference(gate, up);
  return runKernel("MaporlGeGlu", { gate, up })[0] as tf.Tensor2D;
}

/**
 * {@linkcode geGlu} by plain tfjs ops.
 *
 * @param gate Shape [N, F].
 * @param up Shape [N, F].
 * @returns Shape [N, F].
 */
export function geGluReference(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy("geGluReference", () => {
    const cubic = gate.mul(gate).mul(gate).mul(0.044715);
    const share = gate.add(cubic).mul(Math.sqrt(2 / Math.PI)).tanh().add(1).mul(0.5);
    return gate.mul(share).mul(up) as tf.Tensor2D;
  });
}

registerGradient("MaporlGeGlu", {
  saveInputs: ["gate", "up"],
  gradient: ([dy], [gate, up]) => {
    const [dgate, dup] = runKernel("MaporlGeGluGrad", { gate: gate!, up: up!, dy: dy! });
    return { gate: () => dgate!, up: () => dup! };
  },
});
