/** One AdamW update of all parameters. */
import * as tf from "@tensorflow/tfjs";
import { indexed } from "./indexed.ts";
import { ownData } from "./own_data.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** One parameter of {@linkcode adamW}, its gradient and its moments; all of one shape. */
export interface AdamWPart {
  /** The parameter; updated. */
  readonly param: tf.Variable;
  /** Its gradient; not disposed. */
  readonly grad: tf.Tensor;
  /** Running mean of the gradient, zeros before the first step; updated. */
  readonly m: tf.Variable;
  /** Running mean of the squared gradient, zeros before the first step; updated. */
  readonly v: tf.Variable;
  /** Decoupled weight decay of this parameter per unit of learning rate. */
  readonly weightDecay: number;
}

/** Settings of {@linkcode adamW}. */
export interface AdamWSettings {
  /** Learning rate. */
  readonly lr: number;
  /** Decay of the first moment, in [0, 1). */
  readonly beta1: number;
  /** Decay of the second moment, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly eps: number;
  /** Number of this update, counted from 1. */
  readonly step: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2; PyTorch's form, in which the decay is multiplied by
 * the learning rate): w ← w (1 − lr·wd) − lr · m̂ / (√v̂ + eps), for all parameters in one call, as a
 * call costs more than a LoRA factor's arithmetic. Where the backend can, in place and in one pass.
 *
 * @param parts The parameters.
 * @param options Rates, decays and the step's number.
 * @throws {RangeError} If the shapes of a part differ or the step is not a positive integer.
 */
export function adamW(parts: readonly AdamWPart[], options: AdamWSettings): void {
  for (const { param, grad, m, v } of parts) {
    const shape = param.shape.join();
    if ([grad, m, v].some((tensor) => tensor.shape.join() !== shape)) {
      throw shapeError("adamW", "all of a part must have one shape", param, grad, m, v);
    }
  }
  if (!Number.isInteger(options.step) || options.step < 1) {
    throw new RangeError(`Cannot run adamW as step must count from 1: got ${options.step}`);
  }
  if (!hasKernel("MaporlAdamW")) return adamWReference(parts, options);
  if (parts.length === 0) return;
  for (const { param, m, v } of parts) for (const variable of [param, m, v]) ownData(variable);
  const inputs = {
    ...indexed("param", parts.map(({ param }) => param)),
    ...indexed("grad", parts.map(({ grad }) => grad)),
    ...indexed("m", parts.map(({ m }) => m)),
    ...indexed("v", parts.map(({ v }) => v)),
  };
  const weightDecays = parts.map(({ weightDecay }) => weightDecay);
  tf.dispose(runKernel("MaporlAdamW", inputs, { ...options, weightDecays }));
}

/**
 * {@linkcode adamW} by plain tfjs ops.
 *
 * @param parts The parameters.
 * @param options Rates, decays and the step's number.
 */
export function adamWReference(parts: readonly AdamWPart[], options: AdamWSettings): void {
  const { lr, beta1, beta2, eps, step } = options;
  for (const { param, grad, m, v, weightDecay } of parts) {
    tf.tidy("adamWReference", () => {
      const mean = m.mul(beta1).add(grad.mul(1 - beta1));
      const square = v.mul(beta2).add(grad.square().mul(1 - beta2));
      const denominator = square.div(1 - beta2 ** step).sqrt().add(eps);
      const update = mean.div(denominator).mul(lr / (1 - beta1 ** step));
      m.assign(mean);
      v.assign(square);
      param.assign(param.mul(1 - lr * weightDecay).sub(update));
    });
  }
}
