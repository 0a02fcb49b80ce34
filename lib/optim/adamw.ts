/**
 * AdamW with its state on the device.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { adamW } from "../ops/mod.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/** Constants of {@link AdamW}. */
export interface AdamWOptions {
  /** Decay of the first and second moment, each in [0, 1). */
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment, above 0. */
  readonly eps: number;
  /** Decoupled decay per unit of learning rate; only of weights with two axes or more, never of norms. */
  readonly weightDecay: number;
}

interface Moments {
  readonly m: tf.Variable;
  readonly v: tf.Variable;
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), bias-corrected. */
export class AdamW implements Optimizer {
  readonly #params: ReadonlyMap<string, tf.Variable>;
  readonly #options: AdamWOptions;
  readonly #moments = new Map<string, Moments>();
  #stepCount = 0;

  /**
   * Makes an optimiser with zero moments.
   *
   * @param params Variables by name; they stay the caller's.
   * @param options Constants.
   * @throws {RangeError} When a constant is out of range.
   */
  constructor(params: ReadonlyMap<string, tf.Variable>, options: AdamWOptions) {
    checkOptions(options);
    this.#params = new Map(params);
    this.#options = options;
    for (const [name, param] of this.#params) {
      this.#moments.set(name, { m: zerosLike(param), v: zerosLike(param) });
    }
  }

  /** Steps taken. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /**
   * Updates every parameter in place.
   *
   * @param grads Gradient of every parameter by name; they stay the caller's.
   * @param lr Learning rate of this step.
   * @throws {RangeError} When a gradient is missing or unknown, naming it; nothing is changed then.
   */
  step(grads: ReadonlyMap<string, tf.Tensor>, lr: number): void {
    for (const name of this.#params.keys()) {
      if (!grads.has(name)) {
        throw new RangeError(
          `Cannot step AdamW as every parameter needs a gradient: ${name} has none`,
        );
      }
    }
    for (const name of grads.keys()) {
      if (!this.#params.has(name)) {
        throw new RangeError(
          `Cannot step AdamW as it updates only its own parameters: got ${name}`,
        );
      }
    }
    this.#stepCount++;
    const { betas: [beta1, beta2], eps, weightDecay } = this.#options;
    const parts = [...this.#params].map(([name, param]) => ({
      param,
      grad: grads.get(name)!,
      ...this.#moments.get(name)!,
      weightDecay: decays(name, param) ? weightDecay : 0,
    }));
    adamW(parts, { lr, beta1, beta2, eps, step: this.#stepCount });
  }

  /**
   * The moments as they are on the device, for a checkpoint.
   *
   * @returns Variables by name, `<parameter>.exp_avg` and `<parameter>.exp_avg_sq`, in the parameter's
   * shape; they stay owned by the optimiser and change with its next step.
   */
  tensors(): Map<string, tf.Variable> {
    const tensors = new Map<string, tf.Variable>();
    for (const [name, { m, v }] of this.#moments) {
      tensors.set(`${name}.exp_avg`, m);
      tensors.set(`${name}.exp_avg_sq`, v);
    }
    return tensors;
  }

  /**
   * A copy of the state outside the device.
   *
   * @returns Steps taken, and the moments under the names of {@link tensors}.
   */
  async state(): Promise<OptimizerState> {
    const step = this.#stepCount;
    const entries = [...this.tensors()].map(async ([name, tensor]) =>
      [name, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }] as const
    );
    return { step, tensors: new Map(await Promise.all(entries)) };
  }

  /**
   * Continues from a saved state: the next step is exactly the one that would have followed.
   *
   * @param state What {@link state} gave; its tensors are copied.
   * @throws {RangeError} When the step count or a moment does not fit; nothing is changed then.
   */
  loadState(state: OptimizerState): void {
    const { step, tensors } = state;
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new RangeError(
        `Cannot load AdamW's state as step must be an integer from 0: got ${step}`,
      );
    }
    const own = this.tensors();
    const unknown = [...tensors.keys()].filter((name) => !own.has(name));
    const misfit = [...own].filter(([name, { shape }]) =>
      tensors.get(name)?.shape.join() !== shape.join()
    ).map(([name]) => name);
    if (unknown.length > 0 || misfit.length > 0) {
      throw new RangeError(
        `Cannot load AdamW's state as it must hold the moments of exactly its parameters: ` +
          `${misfit.length} missing or misshaped (${misfit.slice(0, 3).join(", ")}), ` +
          `${unknown.length} unknown (${unknown.slice(0, 3).join(", ")})`,
      );
    }
    tf.tidy(() => {
      for (const [name, variable] of own) {
        const { values, shape } = tensors.get(name)!;
        // A copy, because a backend may keep the array, and moments are written in place.
        variable.assign(tf.tensor(Float32Array.from(values), [...shape], "float32"));
      }
    });
    this.#stepCount = step;
  }

  /** Frees the moments; the parameters stay. */
  dispose(): void {
    for (const { m, v } of this.#moments.values()) tf.dispose([m, v]);
    this.#moments.clear();
  }
}

function zerosLike(param: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(param.shape), false));
}

/** Biases and norm weights scale or shift single features: decaying them regularises nothing. */
function decays(name: string, param: tf.Variable): boolean {
  return param.rank >= 2 && !/norm(\.weight)?$/.test(name);
}

function checkOptions({ betas, eps, weightDecay }: AdamWOptions): void {
  for (const beta of betas) {
    if (!(beta >= 0 && beta < 1)) {
      throw new RangeError(
        `Cannot make AdamW as betas must lie in [0, 1): got ${betas.join(", ")}`,
      );
    }
  }
  if (!(eps > 0)) throw new RangeError(`Cannot make AdamW as eps must be above 0: got ${eps}`);
  if (!(weightDecay >= 0)) {
    throw new RangeError(`Cannot make AdamW as weightDecay must be at least 0: got ${weightDecay}`);
  }
}
