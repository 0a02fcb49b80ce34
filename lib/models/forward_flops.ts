import type { DecoderConfig } from "./decoder_config.ts";
import { layerAttention } from "./layer_attention.ts";
import { numWeights } from "./training_memory.ts";

/** Tokens that go through a decoder. */
export interface PassedTokens {
  /** How many. */
  readonly numTokens: number;
  /** How many positions each attends to, itself included; on average over them. */
  readonly context: number;
}

/**
 * Floating-point operations of a dense decoder's forward pass (Kaplan et al. 2020, arXiv 2001.08361, §2.1
 * and Table 1): for each token 2 N + 4 · layers · H · C · context.
 *
 * N are the weights that multiply each token: all but the embedding table, which is looked up, and with the head that
 * reads out logits, also where this is the same table. Attention multiplies by keys and adds up values, 2 · H · C
 * operations each for every position. Kaplan et al. write 2 · n_ctx with the whole window, of which a causal token
 * sees half on average; here `context` is what it does see; in a layer with a window that is shorter, as much as the
 * window, a little more than the mean over tokens of which some see less. Adapters are left out, as they may be added
 * to the weights.
 *
 * @param config Sizes of the decoder.
 * @param tokens How many tokens, and what they attend to.
 * @returns Their number.
 */
export function forwardFlops(
  config: DecoderConfig,
  { numTokens, context }: PassedTokens,
): number {
  const { vocabSize, hiddenSize, tieWordEmbeddings } = config;
  const lookedUp = tieWordEmbeddings ? 0 : vocabSize * hiddenSize;
  const products = 2 * (numWeights(config) - lookedUp);
  let attention = 0;
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const { numHeads, window = Infinity } = layerAttention(config, layer);
    attention += 4 * numHeads * config.headDim * Math.min(context, window);
  }
  return numTokens * (products + attention);
}
