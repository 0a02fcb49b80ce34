/**
 * A linear layer from a hidden state to one number: value heads and the verifier's head.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { linear } from "../ops/mod.ts";
import { disposeVariables, makeVariable } from "./variables.ts";

/** What a {@link ScalarHead} is made with. */
export interface ScalarHeadOptions {
  /** Prefix of the weights' names, for instance `value_head`. */
  readonly name: string;
  /** Whether a bias is added. */
  readonly bias: boolean;
}

/** A linear layer D → 1, zero at first so that a fresh value estimate is 0 everywhere. */
export class ScalarHead {
  /** Prefix of the weights' names. */
  readonly name: string;
  /** Variables `<name>.weight` of shape [1, D] and, with a bias, `<name>.bias` of shape [1]. */
  readonly weights: ReadonlyMap<string, tf.Variable>;

  private constructor(name: string, weights: ReadonlyMap<string, tf.Variable>) {
    this.name = name;
    this.weights = weights;
  }

  /**
   * Makes a head of zeros.
   *
   * @param hiddenSize D, width of the hidden states.
   * @param options Name and bias.
   * @returns The head; the caller disposes it.
   */
  static initialize(hiddenSize: number, options: ScalarHeadOptions): ScalarHead {
    const { name, bias } = options;
    const weights = new Map([
      [`${name}.weight`, makeVariable(new Float32Array(hiddenSize), [1, hiddenSize])],
    ]);
    if (bias) weights.set(`${name}.bias`, makeVariable(new Float32Array(1), [1]));
    return new ScalarHead(name, weights);
  }

  /**
   * One number per hidden state.
   *
   * @param hidden Shape [N, D].
   * @returns Shape [N], owned by the caller (or the surrounding tidy).
   */
  forward(hidden: tf.Tensor2D): tf.Tensor1D {
    return tf.tidy("scalarHead", () => {
      const weight = this.weights.get(`${this.name}.weight`)! as tf.Tensor as tf.Tensor2D;
      const bias = this.weights.get(`${this.name}.bias`) as tf.Tensor as tf.Tensor1D | undefined;
      const output = bias ? linear(hidden, weight, bias) : linear(hidden, weight);
      return tf.reshape(output, [hidden.shape[0]]);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    disposeVariables(this.weights);
  }
}
