/** Root-mean-square normalisation of rows. */
import * as tf from "@tensorflow/tfjs";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/**
 * y = x / √(mean(x²) + eps) · weight, the mean over each row (Zhang and Sennrich 2019, eq. 4).
 *
 * @param x Shape [N, D].
 * @param weight Shape [D].
 * @param eps Added to the mean square; positive.
 * @returns Shape [N, D].
 * @throws {RangeError} If the shapes do not fit together.
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  if (x.shape[1] !== weight.shape[0]) {
    throw shapeError("rmsNorm", "x [N, D] and weight [D] must agree in D", x, weight);
  }
  if (!hasKernel("MaporlRmsNorm")) return rmsNormReference(x, weight, eps);
  const [y, inverse] = runKernel("MaporlRmsNorm", { x, weight }, { eps });
  inverse!.dispose();
  return y as tf.Tensor2D;
}

/**
 * {@linkcode rmsNorm} by plain tfjs ops.
 *
 * @param x Shape [N, D].
 * @param weight Shape [D].
 * @param eps Added to the mean square; positive.
 * @returns Shape [N, D].
 */
export function rmsNormReference(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  return tf.tidy("rmsNormReference", () => {
    const meanSquare = x.square().mean(1, true); // [N, 1]
    return x.mul(meanSquare.add(eps).rsqrt()).mul(weight) as tf.Tensor2D;
  });
}

registerGradient("MaporlRmsNorm", {
  saveInputs: ["x", "weight"],
  saveOutputs: [false, true],
  gradient: ([dy], [x, weight, inverse], _attributes, needed) => ({
    x: () => {
      const tensors = { x: x!, weight: weight!, inverse: inverse!, dy: dy! };
      const sum = needed?.sums.get("x");
      if (sum === undefined || !hasKernel("MaporlAddRmsNormGrad")) {
        return runKernel("MaporlRmsNormGrad", tensors)[0]!;
      }
      runKernel("MaporlAddRmsNormGrad", { ...tensors, sum });
      return sum;
    },
    weight: () => runKernel("MaporlRmsNormWeightGrad", { x: x!, inverse: inverse!, dy: dy! })[0]!,
  }),
});
