/**
 * Muon: momentum whose update is orthogonalised, for the matrices inside a decoder's layers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { AdamW } from "./adamw.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/** Settings of {@link Muon}. */
export interface MuonOptions {
  /** Momentum (Nesterov) of the matrices; 0.95 in the reference. */
  readonly momentum: number;
  /** Decoupled weight decay of the matrices, as a share of the learning rate. */
  readonly weightDecay: number;
  /** Learning rate of everything else, by AdamW, as a multiple of the matrices' rate. */
  readonly adamRatio: number;
  /** AdamW's betas for everything else. */
  readonly betas: [number, number];
  /** AdamW's epsilon for everything else. */
  readonly eps: number;
}

/** Coefficients of the quintic iteration (Jordan et al. 2024): steep at 0, so 5 steps suffice. */
const A = 3.4445;
const B = -4.7750;
const C = 2.0315;
const STEPS = 5;

/**
 * Replaces a matrix by (nearly) the closest one with orthonormal rows or columns: its singular
 * values move into about [0.7, 1.2]. Newton-Schulz iteration X ← aX + (bXXᵀ + c(XXᵀ)²)X.
 *
 * @param matrix Shape [M, N].
 * @returns Shape [M, N]; a new tensor.
 */
export function orthogonalize(matrix: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy("orthogonalize", () => {
    const wide = matrix.shape[0] <= matrix.shape[1];
    let x = (wide ? matrix : matrix.transpose()) as tf.Tensor2D;
    x = x.div(tf.sqrt(x.square().sum()).add(1e-7));
    for (let step = 0; step < STEPS; step++) {
      const gram = tf.matMul(x, x, false, true); // [M, M] with M <= N
      const mixed = gram.mul(B).add(tf.matMul(gram, gram).mul(C)) as tf.Tensor2D;
      x = x.mul(A).add(tf.matMul(mixed, x));
    }
    return (wide ? x.clone() : x.transpose()) as tf.Tensor2D;
  });
}

/**
 * Optimiser for pretraining: Muon for the projections inside the layers, AdamW for embeddings,
 * heads and norms (Jordan et al. 2024, "Muon: an optimizer for hidden layers"). In a trial on the small
 * world it reached in 500 steps a greedy accuracy of 0.79 where AdamW had 0.43 (one run each).
 */
export class Muon implements Optimizer {
  readonly #matrices: ReadonlyMap<string, tf.Variable>;
  readonly #momenta = new Map<string, tf.Variable>();
  readonly #adam: AdamW;
  readonly #options: MuonOptions;

  /**
   * Makes an optimiser with zero momenta.
   *
   * @param params Variables by name; 2-D ones whose name contains `_proj` are matrices of layers.
   * @param options Momentum, decay and AdamW's settings.
   */
  constructor(params: ReadonlyMap<string, tf.Variable>, options: MuonOptions) {
    const isMatrix = ([name, variable]: [string, tf.Variable]) =>
      variable.rank === 2 && name.includes("_proj");
    this.#matrices = new Map([...params].filter(isMatrix));
    const others = new Map([...params].filter((entry) => !isMatrix(entry)));
    const { betas, eps } = options;
    this.#adam = new AdamW(others, { betas, eps, weightDecay: 0 });
    this.#options = options;
    for (const [name, { shape }] of this.#matrices) {
      this.#momenta.set(name, tf.tidy(() => tf.variable(tf.zeros(shape), false)));
    }
  }

  /** Steps taken. */
  get stepCount(): number {
    return this.#adam.stepCount;
  }

  /**
   * Updates every parameter in place.
   *
   * @param grads One gradient per parameter; not disposed.
   * @param learningRate Rate of the matrices; an orthogonal update of this size, so about 0.02.
   */
  step(grads: ReadonlyMap<string, tf.Tensor>, learningRate: number): void {
    const { momentum, weightDecay, adamRatio } = this.#options;
    for (const [name, weight] of this.#matrices) {
      tf.tidy("muon", () => {
        const grad = grads.get(name)!;
        const velocity = this.#momenta.get(name)!;
        velocity.assign(velocity.mul(momentum).add(grad));
        const direction = orthogonalize(grad.add(velocity.mul(momentum)) as tf.Tensor2D);
        const [rows, columns] = weight.shape as [number, number];
        // An orthogonal matrix has fewer rows' worth of norm when it is tall; this evens it out.
        const scale = learningRate * Math.sqrt(Math.max(1, rows / columns));
        weight.assign(
          weight.mul(1 - learningRate * weightDecay).sub(direction.mul(scale)),
        );
      });
    }
    const rest = new Map([...grads].filter(([name]) => !this.#matrices.has(name)));
    this.#adam.step(rest, learningRate * adamRatio);
  }

  /**
   * The state on the device.
   *
   * @returns Momenta and AdamW's moments by name; owned by the optimiser.
   */
  tensors(): Map<string, tf.Variable> {
    const all = this.#adam.tensors();
    for (const [name, velocity] of this.#momenta) all.set(momentumName(name), velocity);
    return all;
  }

  /**
   * Goes on from a saved state.
   *
   * @param state Steps taken, and tensors named as by {@link tensors}.
   * @throws {RangeError} If a tensor is missing, unexpected or of another shape; nothing changes then.
   */
  loadState(state: OptimizerState): void {
    const adam = new Map(state.tensors);
    const own = [...this.#momenta].map(([name, velocity]) => {
      const saved = adam.get(momentumName(name));
      adam.delete(momentumName(name));
      if (saved?.shape.join() !== velocity.shape.join()) {
        throw new RangeError(
          `Cannot load Muon state as it must hold a momentum of shape [${velocity.shape}] for ${name}: ` +
            `got ${saved ? `[${saved.shape}]` : "none"}`,
        );
      }
      return [velocity, saved] as const;
    });
    this.#adam.loadState({ step: state.step, tensors: adam });
    tf.tidy(() => {
      for (const [velocity, { values }] of own) {
        velocity.assign(tf.tensor(Float32Array.from(values), velocity.shape, "float32"));
      }
    });
  }

  /** Frees the moments; parameters stay. */
  dispose(): void {
    for (const velocity of this.#momenta.values()) velocity.dispose();
    this.#adam.dispose();
  }
}

function momentumName(param: string): string {
  return `${param}.momentum`;
}
