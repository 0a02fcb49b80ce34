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
   * @param wanted Names of the inputs whose gradients will be asked for, so that one pass can make just
   * those; undefined when that is not known.
   * @returns Gradients by input name.
   */
  readonly gradient: (
    dys: readonly tf.Tensor[],
    saved: readonly tf.Tensor[],
    attributes: Readonly<Record<string, unknown>>,
    wanted: ReadonlySet<string> | undefined,
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
      options.gradient(
        Array.isArray(dy) ? dy : [dy],
        saved,
        attributes as Record<string, unknown>,
        wantedInputs(),
      ),
  });
}

// tfjs calls a gradient without saying which inputs matter; our backward pass says it here.
let wantedNow: ReadonlySet<string> | undefined;

/**
 * Runs a kernel's gradient, knowing whose gradients will be asked for.
 *
 * @param wanted Names of inputs.
 * @param run Calls the gradient.
 * @returns What `run` returns.
 */
export function whileWanting<R>(wanted: ReadonlySet<string>, run: () => R): R {
  const before = wantedNow;
  wantedNow = wanted;
  try {
    return run();
  } finally {
    wantedNow = before;
  }
}

/**
 * Names of the inputs whose gradients the gradient that is running will be asked for.
 *
 * @returns The names; undefined when that is not known.
 */
export function wantedInputs(): ReadonlySet<string> | undefined {
  return wantedNow;
}
