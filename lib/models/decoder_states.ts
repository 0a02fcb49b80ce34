/**
 * Hidden states of a batch, in two ways: layer by layer, which can be differentiated, and in one pass.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { checkpoint, decoderPass, embedding } from "../ops/mod.ts";
import type { WantedStates } from "./decoder_batch.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import {
  type CachedTokens,
  decoderLayer,
  type LayerCall,
  type LayerContext,
  layerParams,
  type LayerWeights,
} from "./decoder_layer.ts";
import { decoderNorm } from "./decoder_norm.ts";
import { type DecoderOptions, optionsIn } from "./decoder_options.ts";
import type { KvCache } from "./kv_cache.ts";
import { layerAttention } from "./layer_attention.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import { PROJECTIONS } from "./weight_names.ts";

/** A decoder and the batch that it is to read. */
export interface StatesCall extends WantedStates {
  /** Sizes and constants. */
  readonly config: DecoderConfig;
  /** Shape [V, D]. */
  readonly embedding: tf.Tensor2D;
  /** In order. */
  readonly layers: readonly LayerWeights[];
  /** Shape [D]. */
  readonly finalNorm: tf.Tensor1D;
  /** Shape [B * T], int32. */
  readonly ids: tf.Tensor1D;
  /** B. */
  readonly numRows: number;
  /** T, new tokens of each row. */
  readonly numTokens: number;
  /** Shape [B], pad tokens of each row. */
  readonly starts: Int32Array;
  /** Low-rank update, if any. */
  readonly adapter?: LoraAdapter;
  /** Keys and values of earlier tokens, if any. */
  readonly cache?: KvCache;
  /** Shape [B * T, 2], row and position in the cache of each new token; there with a cache. */
  readonly slots: Int32Array | undefined;
  /** Whether a layer's gradient keeps its input alone. */
  readonly gradientCheckpointing?: boolean;
}

/**
 * Hidden states after the final norm, by one op after the other.
 *
 * @param call The decoder and the batch.
 * @returns Shape [B * M, D], or [N, D] where some rows are wanted.
 */
export function statesByLayers(call: StatesCall): tf.Tensor2D {
  const { config, numTokens, numStates, rows, gradientCheckpointing } = call;
  const context: LayerContext = {
    config,
    numRows: call.numRows,
    numTokens,
    numStates: numTokens,
    rows: undefined,
    starts: tf.tensor1d(call.starts, "int32"),
    positions: tokenPositions(call),
    adapter: call.adapter,
    cached: call.cache && cachedTokens(call, call.cache),
  };
  let x = inputStates(call);
  for (const [index, weights] of call.layers.entries()) {
    const isLast = index === call.layers.length - 1;
    const before = x;
    const layer = { ...context, ...isLast ? { numStates, rows } : {}, index, weights };
    x = gradientCheckpointing ? checkpointedLayer(x, layer) : decoderLayer(x, layer);
    before.dispose();
  }
  return decoderNorm(x, call.finalNorm, config);
}

/** What the first layer reads, [B * T, D]. */
function inputStates({ config, embedding: table, ids }: StatesCall): tf.Tensor2D {
  const scale = Math.sqrt(config.hiddenSize);
  return config.scaledEmbedding
    ? tf.tidy(() => tf.mul(embedding(table, ids), scale))
    : embedding(table, ids);
}

function checkpointedLayer(x: tf.Tensor2D, call: LayerCall): tf.Tensor2D {
  return checkpoint(
    (input: tf.Tensor2D, starts: tf.Tensor1D) => decoderLayer(input, { ...call, starts }),
    [x, call.starts] as const,
    layerParams(call),
  );
}

/** Position of each token, [B * T]: its position in the row less the row's padding; pad tokens are given 0. */
function tokenPositions({ starts, numTokens, slots }: StatesCall): Int32Array {
  const positions = new Int32Array(starts.length * numTokens);
  for (let row = 0, at = 0; row < starts.length; row++) {
    for (let t = 0; t < numTokens; t++, at++) {
      positions[at] = Math.max(0, (slots ? slots[2 * at + 1]! : t) - starts[row]!);
    }
  }
  return positions;
}

function cachedTokens({ slots, numTokens }: StatesCall, cache: KvCache): CachedTokens {
  const all = tf.tensor2d(slots!, [slots!.length / 2, 2], "int32");
  const length = slots![slots!.length - 1]! + 1;
  if (numTokens === 1) return { cache, length, slots: all, lastSlots: all };
  const last = tf.gather(all, tf.range(numTokens - 1, all.shape[0], numTokens, "int32"));
  return { cache, length, slots: all, lastSlots: last };
}

/**
 * Whether {@link statesInOnePass} computes all that a decoder has: it is a llama's pass, perhaps with windows.
 *
 * @param options Of the decoder.
 * @returns False where something would be left out.
 */
export function fitsOnePass(options: DecoderOptions): boolean {
  // It knows of windows, and of their layers.
  const { slidingWindow: _window, layerTypes: _types, ...others } = optionsIn(options);
  return Object.keys(others).length === 0;
}

/**
 * The same by one kernel, where {@link decoderPassPays} and {@link fitsOnePass}. Not differentiable.
 *
 * @param call The decoder and the batch.
 * @param cache Keys and values of earlier tokens.
 * @returns Shape [B * M, D], or [N, D] where some rows are wanted.
 */
export function statesInOnePass(call: StatesCall, cache: KvCache): tf.Tensor2D {
  const { config, adapter, rows, slots } = call;
  const states = decoderPass({
    ids: call.ids,
    starts: tf.tensor1d(call.starts, "int32"),
    slots: tf.tensor2d(slots!, [slots!.length / 2, 2], "int32"),
    embedding: call.embedding,
    layers: call.layers.map(({ attentionNorms, mlpNorms, projections }, layer) => ({
      inputNorm: attentionNorms.before!,
      postAttentionNorm: mlpNorms.before!,
      window: layerAttention(config, layer).window,
      projections: PROJECTIONS.map((projection) => {
        const { name, weight } = projections[projection];
        return { weight, lora: adapter?.factors(name) };
      }),
      cache: cache.layers[layer]!,
    })),
    finalNorm: call.finalNorm,
    numHeads: config.numAttentionHeads,
    numKvHeads: config.numKeyValueHeads,
    headDim: config.headDim,
    intermediateSize: config.intermediateSize,
    theta: config.ropeTheta,
    scaling: config.ropeScaling,
    eps: config.rmsNormEps,
    numStates: call.numStates,
  });
  return rows ? embedding(states, tf.tensor1d(rows, "int32")) : states;
}
