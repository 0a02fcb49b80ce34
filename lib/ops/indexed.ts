import type * as tf from "@tensorflow/tfjs";

/**
 * Names the tensors of a list, for kernels that take lists.
 *
 * @param name Common part of the names.
 * @param tensors The list.
 * @returns The tensors as `<name>0`, `<name>1`, …
 */
export function indexed(name: string, tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]));
}
