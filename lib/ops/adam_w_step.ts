/** One AdamW update of one parameter. */
import * as tf from "@tensorflow/tfjs";
import { ownData } from "./own_data.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** First and second moments of a parameter's gradients, of the parameter's shape. */
export interface AdamWMoments {
  /** Running mean of the gradient. */
  readonly m: tf.Variable;
  /** Running mean of the squared gradient. */
  readonly v: tf.Variable;
}

/** Settings of {@linkcode adamWStep}. */
export interface AdamWStepOptions {
  /** Learning rate. */
  readonly lr: number;
  /** Decay of the first moment, in [0, 1). */
  readonly beta1: number;
  /** Decay of the second moment, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly eps: number;
  /** Decoupled weight decay per unit of learning rate. */
  readonly weightDecay: number;
  /** Number of this update, counted from 1. */
  readonly step: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2; PyTorch's form, in which the decay is multiplied by
 * the learning rate): w ← w (1 − lr·wd) − lr · m̂ / (√v̂ + eps). Updates the three variables; on the
 * CPU backend in place and in one pass.
 *
 * @param param The parameter.
 * @param grad Its gradient, of the same shape; not disposed.
 * @param moments Its moments, zeros before the first step.
 * @param options Rates, decays and the step's number.
 * @throws {RangeError} If the shapes differ or the step is not a positive integer.
 */
export function adamWStep(
  param: tf.Variable,
  grad: tf.Tensor,
  moments: AdamWMoments,
  options: AdamWStepOptions,
): void {
  const shape = param.shape.join();
  if ([grad, moments.m, moments.v].some((tensor) => tensor.shape.join() !== shape)) {
    throw shapeError("adamWStep", "all must have one shape", param, grad, moments.m, moments.v);
  }
  if (!Number.isInteger(options.step) || options.step < 1) {
    throw new RangeError(`Cannot run adamWStep as step must count from 1: got ${options.step}`);
  }
  if (!hasKernel("MaporlAdamW")) return adamWStepReference(param, grad, moments, options);
  for (const variable of [param, moments.m, moments.v]) ownData(variable);
  tf.dispose(
    runKernel("MaporlAdamW", { param, grad, m: moments.m, v: moments.v }, { ...options }),
  );
}

/**
 * {@linkcode adamWStep} by plain tfjs ops.
 *
 * @param param The parameter.
 * @param grad Its gradient.
 * @param moments Its moments.
 * @param options Rates, decays and the step's number.
 */
export function adamWStepReference(
  param: tf.Variable,
  grad: tf.Tensor,
  moments: AdamWMoments,
  options: AdamWStepOptions,
): void {
  tf.tidy("adamWStepReference", () => {
    const { lr, beta1, beta2, eps, weightDecay, step } = options;
    const m = moments.m.mul(beta1).add(grad.mul(1 - beta1));
    const v = moments.v.mul(beta2).add(grad.square().mul(1 - beta2));
    const denominator = v.div(1 - beta2 ** step).sqrt().add(eps);
    const update = m.div(denominator).mul(lr / (1 - beta1 ** step));
    moments.m.assign(m);
    moments.v.assign(v);
    param.assign(param.mul(1 - lr * weightDecay).sub(update));
  });
}
