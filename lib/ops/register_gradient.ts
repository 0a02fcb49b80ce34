/** The gradient of a kernel, written once for all backends that have the kernel. */
import * as tf from "@tensorflow/tfjs";

/** What the backward pass wants of one kernel's gradient. */
export interface NeededGradients {
  /** Names of the inputs whose gradients will be asked for, so that one pass can make just those. */
  readonly wanted: ReadonlySet<string>;
  /**
   * Sums, by input name, to which that input's gradient will be added. A gradient may add itself to one in
   * place and give the sum as its result.
   */
  readonly sums: ReadonlyMap<string, tf.Tensor>;
}

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
   * @param needed What will be asked for; undefined when that is not known.
   * @returns Gradients by input name.
   */
  readonly gradient: (
    dys: readonly tf.Tensor[],
    saved: readonly tf.Tensor[],
    attributes: Readonly<Record<string, unknown>>,
    needed: NeededGradients | undefined,
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
        neededGradients(),
      ),
  });
}

// tfjs calls a gradient without saying which inputs matter; our backward pass says it here.
let current: NeededGradients | undefined;

/**
 * Runs a kernel's gradient, knowing what will be asked of it.
 *
 * @param needed What will be asked for.
 * @param run Calls the gradient.
 * @returns What `run` returns.
 */
export function withNeededGradients<R>(needed: NeededGradients, run: () => R): R {
  const before = current;
  current = needed;
  try {
    return run();
  } finally {
    current = before;
  }
}

/**
 * What the gradient that is running will be asked for.
 *
 * @returns What is needed; undefined when that is not known.
 */
export function neededGradients(): NeededGradients | undefined {
  return current;
}
