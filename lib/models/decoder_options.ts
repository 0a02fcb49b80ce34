/** More than any model has; what is read or predicted of a model goes through all of them. */
export const MAX_LAYERS = 10_000;

/** Whether a layer's tokens attend to all before them, or to those within a window; Hugging Face's names. */
export type LayerType = "full_attention" | "sliding_attention";

/** In what families of decoders differ from a llama, whose are all absent; names after Hugging Face's keys. */
export interface DecoderOptions {
  /**
   * Which projections of attention add a bias: query, key and value (Qwen2), or the output's too (a llama's
   * `attention_bias`); absent = none.
   */
  readonly attentionBias?: "qkv" | "qkvo";
  /**
   * RMSNorm of queries and keys before they are rotated: of each head by itself (Qwen3), or of all columns together
   * (OLMo 2); absent = none.
   */
  readonly qkNorm?: "head" | "full";
  /**
   * Where a block's norm stands: behind it, before what it gives is added (OLMo 2), or one before and one behind
   * (Gemma); absent = before the block.
   */
  readonly normPosition?: "behind" | "around";
  /** Whether norms multiply by 1 more than their weights (Gemma); absent = by the weights. */
  readonly zeroCenteredNorm?: true;
  /** What the MLP's gate goes through: the approximate GELU (Gemma); absent = SiLU. */
  readonly hiddenActivation?: "gelu_pytorch_tanh";
  /** Whether what is looked up in the embedding table is multiplied by √D (Gemma); absent = it is not. */
  readonly scaledEmbedding?: true;
  /** Scores of attention are divided by the root of it (Gemma); absent = by that of the width of a head. */
  readonly queryPreAttnScalar?: number;
  /** Scores of attention are bounded by it, see `softCap()` (Gemma 2); absent = by nothing. */
  readonly attnLogitSoftcapping?: number;
  /** Logits of tokens are bounded by it (Gemma 2); absent = by nothing. */
  readonly finalLogitSoftcapping?: number;
  /** Base of the rotary frequencies of layers with a window, which are not scaled (Gemma 3); absent = as in all. */
  readonly ropeLocalBaseFreq?: number;
  /** For each layer 1 where queries and keys are rotated, 0 where they are not (SmolLM3); absent = 1 in all. */
  readonly noRopeLayers?: readonly number[];
  /**
   * To how many tokens one attends, itself and those before it, where that is fewer than there may be (Mistral 7B
   * v0.1); absent = to all.
   */
  readonly slidingWindow?: number;
  /** Which layers have that window; absent = all, where there is one. */
  readonly layerTypes?: readonly LayerType[];
}

/**
 * The options of a decoder.
 *
 * @param config What holds them, perhaps among others.
 * @returns Those that are there, and nothing else.
 */
export function optionsIn(config: DecoderOptions): DecoderOptions {
  const { attentionBias, qkNorm, normPosition, noRopeLayers, slidingWindow, layerTypes } = config;
  const layers = { noRopeLayers, slidingWindow, layerTypes };
  const { zeroCenteredNorm, hiddenActivation, scaledEmbedding } = config;
  const { queryPreAttnScalar, attnLogitSoftcapping, finalLogitSoftcapping, ropeLocalBaseFreq } =
    config;
  const gemma = {
    ...{ zeroCenteredNorm, hiddenActivation, scaledEmbedding, queryPreAttnScalar },
    ...{ attnLogitSoftcapping, finalLogitSoftcapping, ropeLocalBaseFreq },
  };
  const options = { attentionBias, qkNorm, normPosition, ...layers, ...gemma };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
