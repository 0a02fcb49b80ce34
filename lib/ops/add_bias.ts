/** Bias of a linear layer: y = x + b on every row. */
import * as tf from "@tensorflow/tfjs";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * y = x + b. Its gradient keeps nothing, where tfjs's addition would keep both of its terms.
 *
 * @param x Shape [N, O].
 * @param bias Shape [O].
 * @returns Shape [N, O].
 * @throws {RangeError} If the shapes do not fit together.
 */
export function addBias(x: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  if (x.shape[1] !== bias.shape[0]) {
    throw shapeError("addBias", "x [N, O] and bias [O] must agree in O", x, bias);
  }
  if (!hasKernel("MaporlAddBias")) return addBiasReference(x, bias);
  return runKernel("MaporlAddBias", { x, bias })[0] as tf.Tensor2D;
}

/**
 * {@linkcode addBias} by plain tfjs ops.
 *
 * @param x Shape [N, O].
 * @param bias Shape [O].
 * @returns Shape [N, O].
 */
export function addBiasReference(x: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return x.add(bias);
}

registerGradient("MaporlAddBias", {
  saveInputs: [],
  gradient: ([dy]) => ({
    x: () => dy!,
    bias: () => tf.sum(dy!, 0),
  }),
});
