/** Scaling of values to variance 1 on the device. */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** What {@linkcode maskedWhiten} does with the mean. */
export interface MaskedWhitenOptions {
  /** False: taken out. True: the spread is scaled around it and it stays. Default false. */
  readonly keepMean?: boolean;
}

/** Added to the variance, so that equal values become 0 and not a division by 0; as in `whiten()`. */
const EPSILON = 1e-8;

/**
 * (x − mean) / √(variance + 1e-8) over the entries that count, plus the mean again with `keepMean`. The
 * variance has Bessel's correction. The twin in float64 on the host is `whiten()`, whose conventions
 * these are: a single value becomes 0 (or itself with `keepMean`), what does not count becomes 0.
 *
 * Advantages are constants of a loss, so there is no gradient.
 *
 * @param x Values, any shape.
 * @param mask The same shape, float32, 1 = counts, 0 = does not.
 * @param options What happens to the mean.
 * @returns The same shape.
 * @throws {RangeError} If the shapes differ.
 */
export function maskedWhiten(
  x: tf.Tensor,
  mask: tf.Tensor,
  { keepMean = false }: MaskedWhitenOptions = {},
): tf.Tensor {
  if (x.shape.join() !== mask.shape.join()) {
    throw shapeError("maskedWhiten", "x and mask must have one shape", x, mask);
  }
  if (!hasKernel("MaporlMaskedWhiten")) return maskedWhitenReference(x, mask, { keepMean });
  return runKernel("MaporlMaskedWhiten", { x, mask }, { keepMean, eps: EPSILON })[0]!;
}

/**
 * {@linkcode maskedWhiten} by plain tfjs ops.
 *
 * @param x Values, any shape.
 * @param mask The same shape, 1 = counts.
 * @param options What happens to the mean.
 * @returns The same shape.
 */
export function maskedWhitenReference(
  x: tf.Tensor,
  mask: tf.Tensor,
  { keepMean = false }: MaskedWhitenOptions = {},
): tf.Tensor {
  return tf.tidy("maskedWhitenReference", () => {
    // What does not count may hold anything, NaN too, so it is left out and not multiplied by 0.
    const counts = mask.greater(0);
    const zeros = tf.zerosLike(x);
    const count = mask.sum();
    const mean = tf.where(counts, x, zeros).sum().div(count.maximum(1));
    const centred = tf.where(counts, x.sub(mean), zeros);
    const variance = centred.square().sum().div(count.sub(1).maximum(1));
    const scaled = centred.mul(variance.add(EPSILON).rsqrt());
    return keepMean ? scaled.add(mask.mul(mean)) : scaled;
  });
}
