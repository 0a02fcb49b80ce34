/**
 * Sizes of the decoders that benchmarks use, and random tokens for them.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { createDecoderConfig, type DecoderConfig } from "../../lib/models/mod.ts";

const TOKENS = { eosTokenId: 1, padTokenId: 0, tieWordEmbeddings: true } as const;

/** Configurations by name. */
export const DECODERS = {
  /** The arithmetic experiment's size with a vocabulary of 200: 0.8 M parameters. */
  small: createDecoderConfig({
    vocabSize: 200,
    hiddenSize: 128,
    intermediateSize: 352,
    numHiddenLayers: 4,
    numAttentionHeads: 4,
    ...TOKENS,
  }),
  /** 25.8 M parameters. */
  large: createDecoderConfig({
    vocabSize: 200,
    hiddenSize: 512,
    intermediateSize: 1408,
    numHiddenLayers: 8,
    numAttentionHeads: 8,
    ...TOKENS,
  }),
} as const satisfies Record<string, DecoderConfig>;

/**
 * Random token ids without pad and end.
 *
 * @param length How many.
 * @param options Vocabulary and stream.
 * @returns Shape [length].
 */
export function randomTokens(
  length: number,
  { vocabSize, random }: { readonly vocabSize: number; readonly random: Random },
): Int32Array {
  return Int32Array.from({ length }, () => random.integer(2, vocabSize));
}

/**
 * A configuration under the keys of Hugging Face's `config.json`.
 *
 * @param config Sizes.
 * @returns What a llama of Hugging Face is made with.
 */
export function huggingFaceSizes(config: DecoderConfig): Record<string, number | boolean> {
  return {
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    head_dim: config.headDim,
    max_position_embeddings: config.maxPositionEmbeddings,
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tieWordEmbeddings,
    eos_token_id: config.eosTokenId,
    pad_token_id: config.padTokenId,
  };
}
