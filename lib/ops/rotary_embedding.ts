/** Rotary position embedding in the half-split layout of Hugging Face's llama. */
import * as tf from "@tensorflow/tfjs";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** How frequencies are changed for longer sequences than a model was first trained on. */
export type RopeScaling =
  /** All of them divided by a factor (Chen et al. 2023). */
  | { readonly ropeType: "linear"; readonly factor: number }
  /**
   * Llama 3.1's: those with wavelengths above `originalMaxPositionEmbeddings / lowFreqFactor` are divided by the
   * factor, those below `originalMaxPositionEmbeddings / highFreqFactor` stay, between them it is interpolated.
   */
  | {
    readonly ropeType: "llama3";
    readonly factor: number;
    readonly lowFreqFactor: number;
    readonly highFreqFactor: number;
    readonly originalMaxPositionEmbeddings: number;
  }
  /**
   * LongRoPE (Ding et al. 2024, https://arxiv.org/abs/2402.13753): each is divided by a factor of its own, the short one
   * in sequences of up to `originalMaxPositionEmbeddings`, which are all that are computed, the long one in longer ones;
   * what is rotated is multiplied by `attentionFactor`.
   */
  | {
    readonly ropeType: "longrope";
    /** C/2 positive numbers. */
    readonly shortFactor: readonly number[];
    /** C/2 positive numbers. */
    readonly longFactor: readonly number[];
    readonly originalMaxPositionEmbeddings: number;
    readonly attentionFactor: number;
  };

/** What {@linkcode rotaryEmbedding} needs besides its tensors. */
export interface RotaryOptions {
  /** Width C of one head; even. */
  readonly headDim: number;
  /** Base of the geometric series of wavelengths, such as 10000. */
  readonly theta: number;
  /** How the series is changed; absent = it is not. */
  readonly scaling?: RopeScaling | undefined;
}

/**
 * Rotates, in every head, each pair (x[i], x[i + C/2]) by the angle position · theta^(−2i/C)
 * (Su et al. 2021, eq. 34, with the pairs split into halves instead of interleaved), and multiplies them by
 * {@linkcode rotaryFactor}.
 *
 * @param x Shape [N, H*C].
 * @param positions Shape [N], int32; position of each row in its own sequence.
 * @param options Head width, theta and scaling.
 * @returns Shape [N, H*C].
 * @throws {RangeError} If the head width is odd or does not divide the width of x, or if the number of
 * positions differs from the number of rows.
 */
export function rotaryEmbedding(
  x: tf.Tensor2D,
  positions: tf.Tensor1D,
  options: RotaryOptions,
): tf.Tensor2D {
  const { headDim } = options;
  if (x.shape[0] !== positions.shape[0]) {
    throw shapeError("rotaryEmbedding", "x [N, H*C] and positions [N] must agree", x, positions);
  }
  if (headDim % 2 !== 0 || x.shape[1] % headDim !== 0) {
    throw shapeError("rotaryEmbedding", `x must be [N, H*C] with even C = ${headDim}`, x);
  }
  if (!hasKernel("MaporlRotary")) return rotaryEmbeddingReference(x, positions, options);
  return runKernel("MaporlRotary", { x, positions }, { ...options, inverse: false })[
    0
  ] as tf.Tensor2D;
}

/**
 * {@linkcode rotaryEmbedding} by plain tfjs ops.
 *
 * @param x Shape [N, H*C].
 * @param positions Shape [N], int32.
 * @param options Head width and theta.
 * @returns Shape [N, H*C].
 */
export function rotaryEmbeddingReference(
  x: tf.Tensor2D,
  positions: tf.Tensor1D,
  options: RotaryOptions,
): tf.Tensor2D {
  return tf.tidy("rotaryEmbeddingReference", () => {
    const { headDim } = options;
    const [numRows, width] = x.shape;
    const numHeads = width / headDim;
    const half = headDim / 2;
    const frequencies = tf.tensor(rotaryFrequencies(options), [1, 1, half]);
    const angles = positions.toFloat().reshape([numRows, 1, 1]).mul(frequencies); // [N, 1, C/2]
    const factor = rotaryFactor(options);
    const cos = angles.cos().mul(factor);
    const sin = angles.sin().mul(factor);
    const heads = x.reshape([numRows, numHeads, headDim]);
    const first = heads.slice([0, 0, 0], [numRows, numHeads, half]);
    const second = heads.slice([0, 0, half], [numRows, numHeads, half]);
    return tf.concat([
      first.mul(cos).sub(second.mul(sin)),
      second.mul(cos).add(first.mul(sin)),
    ], 2).reshape([numRows, width]);
  });
}

/**
 * Angles per position of the C/2 pairs of a head, rounded to float32 as PyTorch holds them.
 *
 * @param options Head width, theta and scaling.
 * @returns C/2 frequencies in radians per position, falling from 1 where nothing is scaled.
 */
export function rotaryFrequencies({ headDim, theta, scaling }: RotaryOptions): Float32Array {
  const plain = Float32Array.from(
    { length: headDim / 2 },
    (_, i) => theta ** (-2 * i / headDim),
  );
  return scaling === undefined ? plain : plain.map((one, i) => scaled(one, i, scaling));
}

/**
 * By what queries and keys are multiplied besides being rotated.
 *
 * @param options Of the rotation.
 * @returns 1 but for LongRoPE.
 */
export function rotaryFactor({ scaling }: RotaryOptions): number {
  return scaling?.ropeType === "longrope" ? scaling.attentionFactor : 1;
}

function scaled(frequency: number, pair: number, scaling: RopeScaling): number {
  if (scaling.ropeType === "longrope") return frequency / scaling.shortFactor[pair]!;
  const { factor } = scaling;
  if (scaling.ropeType === "linear") return frequency / factor;
  const { lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings: length } = scaling;
  const turns = length * frequency / (2 * Math.PI); // in as many positions as the model was first trained on
  if (turns < lowFreqFactor) return frequency / factor;
  if (turns > highFreqFactor) return frequency;
  const kept = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return (1 - kept) * frequency / factor + kept * frequency;
}

/**
 * Names what tables of a rotary embedding depend on.
 *
 * @param options Head width, theta and scaling.
 * @returns The same text for the same frequencies.
 */
export function rotaryKey({ headDim, theta, scaling }: RotaryOptions): string {
  return JSON.stringify([headDim, theta, scaling]);
}

// The transpose of a rotation is the rotation back; a factor stays.
registerGradient("MaporlRotary", {
  saveInputs: ["positions"],
  gradient: ([dy], [positions], attributes) => ({
    x: () =>
      runKernel("MaporlRotary", { x: dy!, positions: positions! }, {
        ...attributes,
        inverse: !attributes["inverse"],
      })[0]!,
  }),
});
