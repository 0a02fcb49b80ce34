/** A whole decoder as one kernel, for passes that nobody differentiates. */
import * as tf from "@tensorflow/tfjs";
import { CpuBackend } from "../device/cpu_backend.ts";
import { isRecording } from "./gradients.ts";
import type { LoraFactors } from "./lora_linear.ts";
import type { RopeScaling } from "./rotary_embedding.ts";
import { runKernel } from "./run_kernel.ts";

/** One layer of a {@linkcode DecoderPass}. */
export interface PassLayer {
  /** Shape [D]. */
  readonly inputNorm: tf.Tensor1D;
  /** Shape [D]. */
  readonly postAttentionNorm: tf.Tensor1D;
  /** Weights [O, I] and low-rank updates of the query, key, value, output, gate, up and down projections. */
  readonly projections: readonly {
    readonly weight: tf.Tensor2D;
    readonly lora?: LoraFactors | undefined;
  }[];
  /** To how many tokens one attends at most, itself included; absent = to all before it. */
  readonly window?: number | undefined;
  /** Shape [R, S, K*C] each; those of the new tokens are written to their slots. */
  readonly cache: { readonly keys: tf.Tensor3D; readonly values: tf.Tensor3D };
}

/** What a {@linkcode decoderPass} computes: the tensors and sizes of a llama-style decoder. */
export interface DecoderPass {
  /** Shape [B * T], int32, rows of T tokens, padding on the left. */
  readonly ids: tf.Tensor1D;
  /** Shape [B], int32, pad tokens of each row, counted from its very first position. */
  readonly starts: tf.Tensor1D;
  /**
   * Shape [B * T, 2], int32: row and position of each token in the caches; nobody checks them. With T > 1 the
   * rows are those of the batch, and all of them continue at the same position. With T = 1 several tokens
   * may continue one row if they follow each other, each one position on.
   */
  readonly slots: tf.Tensor2D;
  /** Shape [V, D]. */
  readonly embedding: tf.Tensor2D;
  /** In order. */
  readonly layers: readonly PassLayer[];
  /** Shape [D]. */
  readonly finalNorm: tf.Tensor1D;
  /** H. */
  readonly numHeads: number;
  /** K, divides H. */
  readonly numKvHeads: number;
  /** C, even. */
  readonly headDim: number;
  /** F. */
  readonly intermediateSize: number;
  /** Base of the rotary embedding's wavelengths. */
  readonly theta: number;
  /** How they are changed; absent = they are not. */
  readonly scaling?: RopeScaling | undefined;
  /** Added to the mean square by the norms. */
  readonly eps: number;
  /** M ≥ 1, how many of each row's last positions have their states computed. */
  readonly numStates: number;
}

/**
 * Most bytes of projections that every thread had better read for itself: what a third-level cache holds.
 * Measured on two threads with 2 to 64 rows of 1 to 512 tokens: with 3.0 MB of weights one pass is 1.06
 * (long rows) to 4 times (2 rows of one token) as fast as op by op; with 100 MB and more it is 0.73 to 1.5
 * times, worst where the threads get different numbers of rows.
 */
const MOST_WEIGHT_BYTES = 2 ** 24;

/**
 * Whether {@linkcode decoderPass} is there and the faster way. Each thread takes whole rows and reads all
 * weights, so these must be few, and there must be a row for each thread or next to nothing to share.
 *
 * @param numRows B.
 * @param numTokens T.
 * @param weightBytes Size of all layers' projections.
 * @returns False also while a gradient is recorded, and on devices without such a kernel.
 */
export function decoderPassPays(
  numRows: number,
  numTokens: number,
  weightBytes: number,
): boolean {
  const backend = tf.backend();
  return backend instanceof CpuBackend && !isRecording() && weightBytes <= MOST_WEIGHT_BYTES &&
    (numTokens === 1 || numRows >= backend.pool.numThreads);
}

/**
 * Hidden states after the final norm: embedding, and for each layer attention (rotary, causal, grouped
 * queries) and gated MLP, each behind a norm and added to the residual. Equal to the composition of
 * this folder's ops up to rounding; every thread takes rows of its own through all layers, so that what
 * flows between two ops stays in its cache, and thousands of calls become one. Not differentiable.
 *
 * @param pass Weights, tokens and caches; where {@linkcode decoderPassPays}.
 * @returns Shape [B * M, D].
 */
export function decoderPass(pass: DecoderPass): tf.Tensor2D {
  const { ids, starts, slots, ...attributes } = pass;
  return runKernel("MaporlDecoderPass", { ids, starts, slots }, attributes)[0] as tf.Tensor2D;
}
