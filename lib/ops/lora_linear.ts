/** Linear layer with a low-rank update of its weight (LoRA). */
import * as tf from "@tensorflow/tfjs";
import { matMul } from "./mat_mul.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** The two low-rank factors and their scale. */
export interface LoraFactors {
  /** Down projection. Shape [R, I]. */
  readonly a: tf.Tensor2D;
  /** Up projection. Shape [O, R]. */
  readonly b: tf.Tensor2D;
  /** Factor of the update, alpha / R. */
  readonly scale: number;
}

/**
 * y = x Wᵀ + scale · (x Aᵀ) Bᵀ (Hu et al. 2022, eq. 3). The update of W itself is never formed, and
 * W costs nothing in the backward pass unless its gradient is asked for.
 *
 * @param x Shape [N, I].
 * @param weight Shape [O, I].
 * @param lora The factors A [R, I] and B [O, R], and the scale.
 * @returns Shape [N, O].
 * @throws {RangeError} If the shapes do not fit together.
 */
export function loraLinear(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  lora: LoraFactors,
): tf.Tensor2D {
  const { a, b, scale } = lora;
  if (x.shape[1] !== weight.shape[1] || x.shape[1] !== a.shape[1]) {
    throw shapeError(
      "loraLinear",
      "x [N, I], weight [O, I], A [R, I] must agree in I",
      x,
      weight,
      a,
    );
  }
  if (b.shape[0] !== weight.shape[0] || b.shape[1] !== a.shape[0]) {
    throw shapeError("loraLinear", "B must be [O, R] for weight [O, I], A [R, I]", b, weight, a);
  }
  if (!hasKernel("MaporlLoraLinear")) return loraLinearReference(x, weight, lora);
  const [y, narrow] = runKernel("MaporlLoraLinear", { x, weight, a, b }, { scale });
  narrow!.dispose();
  return y as tf.Tensor2D;
}

/**
 * {@linkcode loraLinear} by plain tfjs ops.
 *
 * @param x Shape [N, I].
 * @param weight Shape [O, I].
 * @param lora The factors A [R, I] and B [O, R], and the scale.
 * @returns Shape [N, O].
 */
export function loraLinearReference(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  lora: LoraFactors,
): tf.Tensor2D {
  return tf.tidy("loraLinearReference", () => {
    const down = tf.matMul(x, lora.a, false, true); // [N, R]
    const update = tf.matMul(down, lora.b, false, true); // [N, O]
    return tf.matMul(x, weight, false, true).add(update.mul(lora.scale));
  });
}

// With u = x Aᵀ and du = scale · dY B: dx = dY W + du A, dA = duᵀ x, dB = scale · dYᵀ u.
registerGradient("MaporlLoraLinear", {
  saveInputs: ["x", "weight", "a", "b"],
  saveOutputs: [false, true],
  gradient: ([dy], [x, weight, a, b, u], { scale }, needed) => {
    const alpha = scale as number;
    const du = matMul({ a: dy!, b: b! }, { alpha });
    const sumOf = (name: string) => ({ sum: needed?.sums.get(name) });
    return {
      x: () => matMul({ a: dy!, b: weight!, c: du, d: a! }, sumOf("x")),
      a: () => matMul({ a: du, b: x! }, { transA: true, ...sumOf("a") }),
      b: () => matMul({ a: dy!, b: u! }, { transA: true, alpha, ...sumOf("b") }),
      weight: () => matMul({ a: dy!, b: x! }, { transA: true, ...sumOf("weight") }),
    };
  },
});
