/**
 * Clipping of gradients by their global norm.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { NumericError } from "../core/errors.ts";
import { scaled, squaredNorms } from "../ops/mod.ts";

/** Keeps the scale below one when the norm equals the bound, as PyTorch's `clip_grad_norm_` does. */
const NORM_EPS = 1e-6;

/**
 * Scales gradients so that their global norm is at most `maxNorm` (Pascanu et al. 2013).
 *
 * Where scaling is needed the map's tensors are given up and replaced by scaled ones, which may be the
 * same tensors, scaled in place.
 *
 * @param grads Gradients by parameter name.
 * @param maxNorm Largest norm, above 0; Infinity only measures.
 * @returns The global norm before clipping; a promise, as a GPU answers later.
 * @throws {RangeError} When `maxNorm` is not above 0.
 * @throws {NumericError} When the norm is not finite, naming the first gradient at fault; nothing is changed then.
 */
export async function clipGradNorm(
  grads: Map<string, tf.Tensor>,
  maxNorm: number,
): Promise<number> {
  if (!(maxNorm > 0)) {
    throw new RangeError(`Cannot clip gradients as maxNorm must be above 0: got ${maxNorm}`);
  }
  if (grads.size === 0) return 0;
  const names = [...grads.keys()];
  const norms = squaredNorms([...grads.values()]);
  const squares = await norms.data();
  norms.dispose();
  let sum = 0;
  for (const square of squares) sum += square;
  const norm = Math.sqrt(sum);
  if (!Number.isFinite(norm)) {
    const index = squares.findIndex((square) => !Number.isFinite(square));
    throw new NumericError(
      `Cannot update weights as gradients must be finite: the squared norm of ${names[index]} is ${
        squares[index]
      }`,
      { remedy: "lower the learning rate or look for a loss that is not finite" },
    );
  }
  if (norm > maxNorm) {
    const scale = maxNorm / (norm + NORM_EPS);
    const clipped = scaled([...grads.values()], scale);
    names.forEach((name, i) => grads.set(name, clipped[i]!));
  }
  return norm;
}
