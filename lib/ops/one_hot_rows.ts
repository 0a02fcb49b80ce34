/** One-hot rows for the references, whose gradients may not need a scatter. */
import * as tf from "@tensorflow/tfjs";

/**
 * Rows with a 1 at an index. (tfjs's own `oneHot` refuses a depth of 1.)
 *
 * @param ids Shape [N], int32.
 * @param depth V, length of a row.
 * @returns Shape [N, V], float32.
 */
export function oneHotRows(ids: tf.Tensor1D, depth: number): tf.Tensor2D {
  return tf.tidy(() =>
    ids.reshape([-1, 1]).equal(tf.range(0, depth, 1, "int32").reshape([1, depth]))
      .toFloat() as tf.Tensor2D
  );
}
