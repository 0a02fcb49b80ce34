/**
 * One layer of the decoder: attention and gated MLP, each behind a norm and added to the residual.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  causalAttention,
  embedding,
  linear,
  loraLinear,
  rmsNorm,
  rotaryEmbedding,
  swiGlu,
} from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import type { KvCache } from "./kv_cache.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import type { Projection } from "./weight_names.ts";

/** Weights of one layer. */
export interface LayerWeights {
  /** Shape [D]. */
  readonly inputNorm: tf.Tensor1D;
  /** Shape [D]. */
  readonly postAttentionNorm: tf.Tensor1D;
  /** Weight of each linear layer, shape [outputs, inputs], and its full name without `.weight`. */
  readonly projections: Readonly<
    Record<Projection, { readonly name: string; readonly weight: tf.Tensor }>
  >;
}

/** What all layers of one forward pass share. */
export interface LayerContext {
  /** Sizes and constants. */
  readonly config: DecoderConfig;
  /** B. */
  readonly numRows: number;
  /** T, new tokens of each row. */
  readonly numTokens: number;
  /** M, positions at the end of each row whose states are wanted from this layer; T unless it is the last. */
  readonly numStates: number;
  /** Shape [B * T], position of each new token. */
  readonly positions: Int32Array;
  /** Shape [B], int32, pad tokens of each row. */
  readonly starts: tf.Tensor1D;
  /** Low-rank update, if any. */
  readonly adapter: LoraAdapter | undefined;
  /** Keys and values of earlier tokens, if any. */
  readonly cache: KvCache | undefined;
}

/**
 * Runs one layer.
 *
 * @param x Residual stream, shape [B * T, D].
 * @param weights The layer's weights.
 * @param context What all layers share, and the 0-based index of this one.
 * @returns Residual stream, shape [B * M, D].
 */
export function decoderLayer(
  x: tf.Tensor2D,
  weights: LayerWeights,
  context: LayerContext & { readonly index: number },
): tf.Tensor2D {
  const { config, numRows, numTokens, numStates, starts, cache, index } = context;
  const { headDim, ropeTheta: theta, rmsNormEps } = config;
  const project = (input: tf.Tensor2D, projection: Projection): tf.Tensor2D => {
    const { name, weight } = weights.projections[projection];
    const lora = context.adapter?.factors(name);
    return lora
      ? loraLinear(input, weight as tf.Tensor2D, lora)
      : linear(input, weight as tf.Tensor2D);
  };
  const byRow = (input: tf.Tensor2D): tf.Tensor3D =>
    tf.reshape(input, [numRows, -1, input.shape[1]]);
  // Keys and values are needed of every position, queries only where a state is wanted.
  const rows = numStates < numTokens ? lastRows(numRows, numTokens, numStates) : undefined;
  const last = (input: tf.Tensor2D): tf.Tensor2D =>
    rows ? embedding(input, tf.tensor1d(rows, "int32")) : input;
  const positionTensor = (positions: Int32Array) => tf.tensor1d(positions, "int32");

  const normed = rmsNorm(x, weights.inputNorm, rmsNormEps);
  const positions = positionTensor(context.positions);
  const newKeys = byRow(rotaryEmbedding(project(normed, "k_proj"), positions, { headDim, theta }));
  const newValues = byRow(project(normed, "v_proj"));
  const { keys, values } = cache?.write(index, newKeys, newValues) ??
    { keys: newKeys, values: newValues };
  const queries = rotaryEmbedding(
    project(last(normed), "q_proj"),
    rows ? positionTensor(rows.map((row) => context.positions[row]!)) : positions,
    { headDim, theta },
  );
  const attended = causalAttention(byRow(queries), keys, values, {
    numHeads: config.numAttentionHeads,
    numKvHeads: config.numKeyValueHeads,
    starts,
    ...(cache ? { length: cache.length + numTokens } : {}),
  });
  const heads: tf.Tensor2D = tf.reshape(attended, queries.shape);
  const afterAttention: tf.Tensor2D = tf.add(last(x), project(heads, "o_proj"));
  const mlpInput = rmsNorm(afterAttention, weights.postAttentionNorm, rmsNormEps);
  const gated = swiGlu(project(mlpInput, "gate_proj"), project(mlpInput, "up_proj"));
  return tf.add(afterAttention, project(gated, "down_proj"));
}

/** Flat indices of the last M of the T positions of each row, [B * M]. */
function lastRows(numRows: number, numTokens: number, numStates: number): Int32Array {
  return Int32Array.from(
    { length: numRows * numStates },
    (_, i) => (Math.floor(i / numStates) + 1) * numTokens - numStates + i % numStates,
  );
}
