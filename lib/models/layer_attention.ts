/**
 * What the attention of each layer is like; whoever computes or counts it asks here.
 *
 * @module
 */
import type { RotaryOptions } from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";

/** Attention of one layer. */
export interface LayerAttention {
  /** H. */
  readonly numHeads: number;
  /** K. */
  readonly numKvHeads: number;
  /** To how many tokens one attends at most, itself included; undefined = to all before it. */
  readonly window: number | undefined;
  /** Bounds scores softly; undefined = nothing does. */
  readonly softCap: number | undefined;
  /** What queries are multiplied by, as attention divides scores by √C, and another number may be meant. */
  readonly queryScale: number;
  /** How queries and keys are rotated; undefined = they are not. */
  readonly rotary: RotaryOptions | undefined;
}

/**
 * The attention of a layer.
 *
 * @param config The decoder's.
 * @param index 0-based index of the layer.
 * @returns What it is like.
 */
export function layerAttention(config: DecoderConfig, index: number): LayerAttention {
  const { headDim, queryPreAttnScalar = headDim, slidingWindow, layerTypes } = config;
  const isLocal = slidingWindow !== undefined &&
    (layerTypes === undefined || layerTypes[index] === "sliding_attention");
  return {
    numHeads: config.numAttentionHeads,
    numKvHeads: config.numKeyValueHeads,
    window: isLocal ? slidingWindow : undefined,
    softCap: config.attnLogitSoftcapping,
    queryScale: queryPreAttnScalar === headDim ? 1 : Math.sqrt(headDim / queryPreAttnScalar),
    rotary: config.noRopeLayers?.[index] === 0 ? undefined : rotaryOf(config, isLocal),
  };
}

function rotaryOf(
  { headDim, ropeTheta: theta, ropeScaling: scaling, ropeLocalBaseFreq }: DecoderConfig,
  isLocal: boolean,
): RotaryOptions {
  return isLocal && ropeLocalBaseFreq !== undefined
    ? { headDim, theta: ropeLocalBaseFreq }
    : { headDim, theta, scaling };
}
