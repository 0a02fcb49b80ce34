/** The gradient of a kernel, written once for all backends that have the kernel. */
import * as tf from "@tensorflow/tfjs";

/** How a kernel is differentiated. */
export interface KernelGradient {
  /** Inputs that the gradient reads. */
  readonly saveInputs: readonly string[];
  /** For each output, whether the gradient reads it; none by default. */
  readonly saveOutputs?: readonly boolean[];
  /**
   * Makes the gradients of the inputs: each entry is called only if its input leads to something whose
   * gradient was asked for.
   *
   * @param dys Gradients of the outputs.
   * @param saved The saved inputs, then the saved outputs.
   * @param attributes The kernel's attributes.
   * @returns Gradients by input name.
   */
  readonly gradient: (
    dys: readonly tf.Tensor[],
    saved: readonly tf.Tensor[],
    attributes: Readonly<Record<string, unknown>>,
  ) => Record<string, () => tf.Tensor>;
}

/**
 * Registers a kernel's gradient with tfjs.
 *
 * @param kernelName Name of the kernel.
 * @param options What to save and how to differentiate.
 */
export function registerGradient(kernelName: string, options: KernelGradient): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [...options.saveInputs],
    outputsToSave: [...options.saveOutputs ?? []],
    gradFunc: (dy, saved, attributes) =>
      options.gradient(Array.isArray(dy) ? dy : [dy], saved, attributes as Record<string, unknown>),
  });
}
