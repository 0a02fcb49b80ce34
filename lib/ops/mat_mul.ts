/** Products inside of gradients. */
import type * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./run_kernel.ts";

/** How {@linkcode matMul} multiplies. */
export interface MatMulOptions {
  /** Whether the left factors are transposed; default false. */
  readonly transA?: boolean;
  /** Factor of the products; default 1. */
  readonly alpha?: number;
  /** What the product is added to in place, if the device can; owns its memory. */
  readonly sum?: tf.Tensor | undefined;
}

/**
 * alpha · op(a) b (+ op(c) d), for backends with the kernel.
 *
 * @param factors a and b, and c and d where there are two products.
 * @param options Transposes, factor, and a sum.
 * @returns The product, or the sum if it was added there.
 */
export function matMul(
  factors: Readonly<Record<string, tf.Tensor>>,
  { transA = false, alpha = 1, sum }: MatMulOptions = {},
): tf.Tensor {
  const attributes = { transA, transB: false, alpha };
  if (sum === undefined || !hasKernel("MaporlAddMatMul")) {
    return runKernel("MaporlMatMul", factors, attributes)[0]!;
  }
  runKernel("MaporlAddMatMul", { ...factors, sum }, attributes);
  return sum;
}
