/** Linear layer on few rows, where nobody differentiates and the weight stays as it is for many calls. */
import type * as tf from "@tensorflow/tfjs";
import { isRecording } from "./gradients.ts";
import { linear } from "./linear.ts";
import { type LoraFactors, loraLinear } from "./lora_linear.ts";
import { hasKernel, runKernel } from "./run_kernel.ts";

/** With more rows than that the libraries gain nothing from another layout of the weight. */
const MOST_ROWS = 512;
/** Smaller weights are multiplied before a copy would have paid. */
const LEAST_SIZE = 1 << 16;

/**
 * y = x Wᵀ + scale · (x Aᵀ) Bᵀ, as {@linkcode linear} and {@linkcode loraLinear} up to rounding. On the processor it
 * reads a copy of the weight that suits few rows, made at the first call and kept while the weight does not change: for
 * sampling, not for training.
 * Where less than half of the heap is free no copy is made, and rounding is that of the weight as it is: of models
 * above about a gibibyte, runs are the same to the last bit only where the heap is as full.
 *
 * @param x Shape [N, I].
 * @param weight Shape [O, I].
 * @param lora Low-rank update, if any.
 * @returns Shape [N, O].
 * @throws {RangeError} If the shapes do not fit together.
 */
export function fewRowsLinear(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  lora?: LoraFactors,
): tf.Tensor2D {
  const isFew = x.shape[0] <= MOST_ROWS && weight.size >= LEAST_SIZE && fits(x, weight, lora);
  if (!isFew || isRecording() || !hasKernel("MaporlFewRowsLinear")) {
    return lora ? loraLinear(x, weight, lora) : linear(x, weight);
  }
  const factors = lora ? { a: lora.a, b: lora.b } : {};
  return runKernel("MaporlFewRowsLinear", { x, weight, ...factors }, {
    scale: lora?.scale ?? 0,
  })[0] as tf.Tensor2D;
}

/** Whether the shapes fit together; where they do not, the other operations say what is wrong. */
function fits(x: tf.Tensor2D, weight: tf.Tensor2D, lora: LoraFactors | undefined): boolean {
  const [outputs, inputs] = weight.shape;
  if (x.shape[1] !== inputs) return false;
  if (lora === undefined) return true;
  const { a, b } = lora;
  return a.shape[1] === inputs && b.shape[0] === outputs && b.shape[1] === a.shape[0];
}
