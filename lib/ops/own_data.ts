/** Keeps updates in place from reaching tensors that share memory. */
import * as tf from "@tensorflow/tfjs";

/**
 * Tells whether a tensor's memory belongs to it alone, so that a kernel may overwrite it. tfjs lets
 * clones, reshaped tensors and variables made from tensors share one piece of memory.
 *
 * @param tensor A tensor of the current backend.
 * @returns False when another live tensor has the same memory.
 */
export function ownsData(tensor: tf.Tensor): boolean {
  return (tf.backend() as tf.KernelBackend).refCount(tensor.dataId) <= 1;
}

/**
 * Gives a variable memory of its own if it shares one.
 *
 * @param variable Its value stays the same.
 */
export function ownData(variable: tf.Variable): void {
  if (ownsData(variable)) return;
  tf.tidy(() => variable.assign(variable.mul(1))); // a clone would share again
}
