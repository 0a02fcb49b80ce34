/** Linear layer on rows: y = x Wᵀ + b. */
import * as tf from "@tensorflow/tfjs";
import { addBias } from "./add_bias.ts";
import { matMul } from "./mat_mul.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * y = x Wᵀ (+ b), with the weight stored as Hugging Face stores it, one row per output.
 *
 * @param x Shape [N, I].
 * @param weight Shape [O, I].
 * @param bias Shape [O]; none by default.
 * @returns Shape [N, O].
 * @throws {RangeError} If the shapes do not fit together.
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  if (x.shape[1] !== weight.shape[1]) {
    throw shapeError("linear", "x [N, I] and weight [O, I] must agree in I", x, weight);
  }
  if (bias !== undefined && bias.shape[0] !== weight.shape[0]) {
    throw shapeError("linear", "bias [O] and weight [O, I] must agree in O", bias, weight);
  }
  if (!hasKernel("MaporlLinear")) return linearReference(x, weight, bias);
  return tf.tidy("linear", () => {
    const product = runKernel("MaporlLinear", { x, weight })[0] as tf.Tensor2D;
    return bias === undefined ? product : addBias(product, bias);
  });
}

/**
 * {@linkcode linear} by plain tfjs ops.
 *
 * @param x Shape [N, I].
 * @param weight Shape [O, I].
 * @param bias Shape [O].
 * @returns Shape [N, O].
 */
export function linearReference(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias?: tf.Tensor1D,
): tf.Tensor2D {
  return tf.tidy("linearReference", () => {
    const product: tf.Tensor2D = tf.matMul(x, weight, false, true);
    return bias === undefined ? product : (product.add(bias) as tf.Tensor2D);
  });
}

registerGradient("MaporlLinear", {
  saveInputs: ["x", "weight"],
  gradient: ([dy], [x, weight], _attributes, needed) => ({
    x: () => matMul({ a: dy!, b: weight! }, { sum: needed?.sums.get("x") }), // dY W
    weight: () => matMul({ a: dy!, b: x! }, { transA: true, sum: needed?.sums.get("weight") }), // dYᵀ x
  }),
});
