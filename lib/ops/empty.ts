/** Room for values that are still to come. */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./run_kernel.ts";

/**
 * Makes a tensor to be written into. Nobody may read an element before it was written: where the backend
 * has a kernel, it holds whatever lay in the memory, which spares filling it.
 *
 * @param shape Any shape.
 * @returns A float32 tensor.
 */
export function empty<S extends number[]>(shape: S): tf.Tensor {
  return hasKernel("MaporlEmpty") ? runKernel("MaporlEmpty", {}, { shape })[0]! : tf.fill(shape, 0);
}
