/**
 * What every optimiser offers.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/** What an optimiser needs to go on as if it had not stopped. */
export interface OptimizerState {
  /** Steps taken. */
  readonly step: number;
  /** Moments by name, float32, in the parameters' shapes. */
  readonly tensors: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly values: ArrayLike<number> }
  >;
}

/** Updates parameters from their gradients. */
export interface Optimizer {
  /** Steps taken. */
  readonly stepCount: number;
  /** Updates every parameter in place; the gradients stay the caller's. */
  step(grads: ReadonlyMap<string, tf.Tensor>, learningRate: number): void;
  /** The moments as they are on the device, by name; owned by the optimiser. */
  tensors(): Map<string, tf.Variable>;
  /** Goes on from a saved state; refuses one of other parameters. */
  loadState(state: OptimizerState): void;
  /** Frees the moments. */
  dispose(): void;
}
