/** Which implementation an op takes: a kernel of the current backend, or its plain reference. */
import * as tf from "@tensorflow/tfjs";

/**
 * Tells whether the current backend has a kernel of this name.
 *
 * @param kernelName Name under which kernels are registered, such as `"MaporlRmsNorm"`.
 * @returns True when {@linkcode runKernel} can run it; false means that the op takes its reference.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/**
 * Runs a kernel of the current backend and records it on the gradient tape.
 *
 * @param kernelName Name of a kernel for which {@linkcode hasKernel} holds.
 * @param inputs Tensors by argument name.
 * @param attributes Plain values by argument name.
 * @returns The kernel's outputs, in its order.
 */
export function runKernel(
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Readonly<Record<string, unknown>> = {},
): tf.Tensor[] {
  const result = tf.engine().runKernel(
    kernelName,
    inputs as unknown as tf.NamedTensorMap,
    attributes as tf.NamedAttrMap,
  ) as unknown as tf.Tensor | tf.Tensor[];
  return Array.isArray(result) ? result : [result];
}

/**
 * Makes the error for arguments whose shapes do not fit together.
 *
 * @param op Public name of the op.
 * @param expected What must hold, in words.
 * @param actual The offending tensors.
 * @returns An error to throw.
 */
export function shapeError(op: string, expected: string, ...actual: tf.Tensor[]): RangeError {
  const shapes = actual.map((tensor) => `[${tensor.shape.join(", ")}]`).join(" and ");
  return new RangeError(`Cannot run ${op} as ${expected}: got ${shapes}`);
}
