/** Adding gradients up. */
import * as tf from "@tensorflow/tfjs";
import { ownsData } from "./own_data.ts";
import { hasKernel, runKernel } from "./run_kernel.ts";

/**
 * Adds one tensor to another and frees it; in place where the device can and nothing else reads the sum's
 * memory.
 *
 * @param sum What there is so far; disposed unless it is returned.
 * @param term What is added, of the same shape; disposed.
 * @returns The new sum.
 */
export function accumulate(sum: tf.Tensor, term: tf.Tensor): tf.Tensor {
  if (hasKernel("MaporlAddInPlace") && ownsData(sum)) {
    runKernel("MaporlAddInPlace", { sum, term });
    term.dispose();
    return sum;
  }
  const total = tf.add(sum, term);
  tf.dispose([sum, term]);
  return total;
}
