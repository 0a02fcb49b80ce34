/**
 * One layer of the decoder: attention and gated MLP, each behind a norm and added to the residual.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  addBias,
  cachedAttention,
  causalAttention,
  embedding,
  fewRowsLinear,
  geGlu,
  linear,
  loraLinear,
  rotaryEmbedding,
  swiGlu,
} from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { decoderNorm } from "./decoder_norm.ts";
import type { KvCache } from "./kv_cache.ts";
import { layerAttention } from "./layer_attention.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import type { Projection } from "./weight_names.ts";

/** A linear layer. */
export interface ProjectionWeights {
  /** Full name, without `.weight`. */
  readonly name: string;
  /** Shape [outputs, inputs]. */
  readonly weight: tf.Tensor2D;
  /** Shape [outputs]; undefined = none is added. */
  readonly bias: tf.Tensor1D | undefined;
}

/** Norms of a block, of which there is one at least. */
export interface BlockNormWeights {
  /** Shape [D], of its input; undefined = that is read as it is. */
  readonly before: tf.Tensor1D | undefined;
  /** Shape [D], of its output; undefined = that is added as it is. */
  readonly behind: tf.Tensor1D | undefined;
}

/** Weights of one layer. */
export interface LayerWeights {
  /** Before attention and behind it. */
  readonly attentionNorms: BlockNormWeights;
  /** Before the MLP and behind it. */
  readonly mlpNorms: BlockNormWeights;
  /** Shape [C] or [H*C], of queries; undefined = they are not normalised. */
  readonly queryNorm: tf.Tensor1D | undefined;
  /** Shape [C] or [K*C], of keys; there with that of queries. */
  readonly keyNorm: tf.Tensor1D | undefined;
  /** Of each linear layer. */
  readonly projections: Readonly<Record<Projection, ProjectionWeights>>;
}

/** What new tokens continue. */
export interface CachedTokens {
  /** Keys and values of earlier tokens. */
  readonly cache: KvCache;
  /** Positions in use with the new tokens, where each row has several of them. */
  readonly length: number;
  /** Shape [B * T, 2], int32, row and position in the cache of each new token. */
  readonly slots: tf.Tensor2D;
  /** Shape [B, 2], those of the last token of each row. */
  readonly lastSlots: tf.Tensor2D;
}

/** What all layers of one forward pass share. */
export interface LayerContext {
  /** Sizes and constants. */
  readonly config: DecoderConfig;
  /** B. */
  readonly numRows: number;
  /** T, new tokens of each row. */
  readonly numTokens: number;
  /** M, positions at the end of each row that attend in this layer; T unless it is the last. */
  readonly numStates: number;
  /** Shape [N], which of those B * M states are wanted from this layer; undefined = all, in order. */
  readonly rows: Int32Array | undefined;
  /** Shape [B * T], position of each new token. */
  readonly positions: Int32Array;
  /** Shape [B], int32, pad tokens of each row. */
  readonly starts: tf.Tensor1D;
  /** Low-rank update, if any. */
  readonly adapter: LoraAdapter | undefined;
  /** What the tokens continue, if anything. */
  readonly cached: CachedTokens | undefined;
}

/** What one layer needs: what all share, and its own index and weights. */
export interface LayerCall extends LayerContext {
  /** 0-based index of the layer. */
  readonly index: number;
  /** The layer's weights. */
  readonly weights: LayerWeights;
}

/**
 * Runs one layer. Each of its two blocks frees its intermediate tensors when it ends, so that without a
 * gradient tape a forward pass of any depth needs the memory of one block.
 *
 * @param x Residual stream, shape [B * T, D].
 * @param call What the layer needs.
 * @returns Residual stream, shape [B * M, D], or [N, D] where some rows are wanted.
 */
export function decoderLayer(x: tf.Tensor2D, call: LayerCall): tf.Tensor2D {
  const attended = tf.tidy("attention", () => attentionBlock(x, call));
  return tf.tidy("mlp", () => mlpBlock(attended, call));
}

/**
 * Every tensor with a gradient that a layer reads besides the residual stream.
 *
 * @param call What the layer needs.
 * @returns Norms, projections, biases and the adapter's factors; owned by decoder and adapter.
 */
export function layerParams({ weights, adapter }: LayerCall): tf.Tensor[] {
  const { attentionNorms, mlpNorms, queryNorm, keyNorm } = weights;
  const blocks = [attentionNorms, mlpNorms].flatMap(({ before, behind }) => [before, behind]);
  const norms = [...blocks, queryNorm, keyNorm];
  const params: tf.Tensor[] = norms.filter((norm) => norm !== undefined);
  for (const { name, weight, bias } of Object.values(weights.projections)) {
    const lora = adapter?.factors(name);
    params.push(weight, ...bias ? [bias] : [], ...lora ? [lora.a, lora.b] : []);
  }
  return params;
}

/**
 * x + O · attention(RoPE(Q n), RoPE(K n), V n) with n = RMSNorm(x), or the norm behind, or another one there; Q n and
 * K n perhaps normalised, and perhaps not rotated; attention perhaps within a window, its scores perhaps bounded.
 * Shapes: B rows, T new tokens and M wanted states of each, a cache of R rows and S positions, H heads of C columns, K
 * key heads.
 */
function attentionBlock(x: tf.Tensor2D, call: LayerCall): tf.Tensor2D {
  const { config, numRows, numTokens, numStates, starts, cached, weights } = call;
  const { rotary, queryScale, ...attention } = layerAttention(config, call.index);
  const rotate = (input: tf.Tensor2D, at: tf.Tensor1D): tf.Tensor2D =>
    rotary ? rotaryEmbedding(input, at, rotary) : input;
  // Keys and values are needed of every position, queries only from the first wanted state on.
  const queried = numStates < numTokens ? lastRows(numRows, numTokens, numStates) : undefined;
  // `call.rows` counts among the queried positions, the residual stream among all of them.
  const wanted = call.rows?.map((row) => queried?.[row] ?? row) ?? queried;

  const { before, behind } = weights.attentionNorms;
  const normed = decoderNorm(x, before, config); // [B*T, D]
  const positions = tf.tensor1d(call.positions, "int32");
  // Keys are rotated before they are stored, so that later tokens find them as they are.
  const keys = headNorm(project(normed, "k_proj", call), weights.keyNorm, call); // [B*T, K*C]
  const newKeys = rotate(keys, positions);
  const newValues = project(normed, "v_proj", call); // [B*T, K*C]
  const stored = cached?.cache.write(call.index, newKeys, newValues, cached.slots); // [R, S, K*C]
  const queryPositions = queried
    ? tf.tensor1d(queried.map((row) => call.positions[row]!), "int32")
    : positions;
  const projected = project(rowsOf(normed, queried), "q_proj", call); // [B*M, H*C]
  const unscaled = headNorm(projected, weights.queryNorm, call);
  const unrotated = queryScale === 1 ? unscaled : tf.mul(unscaled, queryScale) as tf.Tensor2D;
  const queries = rotate(unrotated, queryPositions);
  const shared = { ...attention, starts };
  const attend = (): tf.Tensor2D => {
    // One query a row, as in sampling: it reads its slots of the cache where they are.
    if (stored && numStates === 1) {
      const { keys, values } = stored;
      return cachedAttention(queries, keys, values, { ...shared, slots: cached!.lastSlots });
    }
    // Attention is within a row, so rows become an axis of their own: [B*T, W] → [B, T, W].
    const byRow = (input: tf.Tensor2D): tf.Tensor3D =>
      tf.reshape(input, [numRows, -1, input.shape[1]]);
    const { keys, values } = stored ?? { keys: byRow(newKeys), values: byRow(newValues) };
    const options = { ...shared, ...cached && { length: cached.length } };
    return tf.reshape(causalAttention(byRow(queries), keys, values, options), queries.shape);
  };
  const attended = rowsOf(attend(), call.rows); // [N, H*C]
  const output = decoderNorm(project(attended, "o_proj", call), behind, config);
  return tf.add(rowsOf(x, wanted), output);
}

/** The rows of these indices; all if there are none. */
function rowsOf(input: tf.Tensor2D, rows: Int32Array | undefined): tf.Tensor2D {
  return rows ? embedding(input, tf.tensor1d(rows, "int32")) : input;
}

/** x + Down · (SiLU(Gate n) ∘ Up n) with n = RMSNorm(x), or the norm behind, or another one there; or GELU for SiLU. */
function mlpBlock(x: tf.Tensor2D, call: LayerCall): tf.Tensor2D {
  const { before, behind } = call.weights.mlpNorms;
  const normed = decoderNorm(x, before, call.config); // [N, D]
  const activate = call.config.hiddenActivation === undefined ? swiGlu : geGlu;
  // A tidy of its own: the two factors, the layer's widest tensors, are freed before the product.
  const gated = tf.tidy(() =>
    activate(project(normed, "gate_proj", call), project(normed, "up_proj", call))
  ); // [N, F]
  const output = decoderNorm(project(gated, "down_proj", call), behind, call.config);
  return tf.add(x, output); // [N, D]
}

/** input · Wᵀ, plus the adapter's α/r · input · Aᵀ · Bᵀ and the bias: [N, inputs] → [N, outputs]. */
function project(input: tf.Tensor2D, projection: Projection, call: LayerCall): tf.Tensor2D {
  const { name, weight, bias } = call.weights.projections[projection];
  const lora = call.adapter?.factors(name);
  const product = call.cached
    ? fewRowsLinear(input, weight, lora)
    : lora
    ? loraLinear(input, weight, lora)
    : linear(input, weight);
  return bias ? addBias(product, bias) : product;
}

/** RMSNorm of as many columns together as it has weights, a head's or all; without weights what was given. */
function headNorm(
  input: tf.Tensor2D,
  weight: tf.Tensor1D | undefined,
  { config }: LayerCall,
): tf.Tensor2D {
  if (!weight) return input;
  const heads = tf.reshape(input, [input.size / weight.size, weight.size]) as tf.Tensor2D;
  return tf.reshape(decoderNorm(heads, weight, config), input.shape);
}

/** Flat indices of the last M of the T positions of each row, [B * M]. */
function lastRows(numRows: number, numTokens: number, numStates: number): Int32Array {
  return Int32Array.from(
    { length: numRows * numStates },
    (_, i) => (Math.floor(i / numStates) + 1) * numTokens - numStates + i % numStates,
  );
}
