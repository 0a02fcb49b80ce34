/**
 * Tiny decoders for tests.
 *
 * @module
 */
import { Random } from "../../lib/core/random.ts";
import {
  createDecoderConfig,
  Decoder,
  type DecoderConfig,
  LoraAdapter,
} from "../../lib/models/mod.ts";

/** Two layers, four query heads that share two kv heads, untied; weights large enough to matter. */
export function tinyConfig(changes: Partial<DecoderConfig> = {}): DecoderConfig {
  return createDecoderConfig({
    vocabSize: 11,
    hiddenSize: 8,
    intermediateSize: 12,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    numKeyValueHeads: 2,
    maxPositionEmbeddings: 32,
    initializerRange: 0.4,
    eosTokenId: 1,
    padTokenId: 0,
    ...changes,
  });
}

const GEMMA = {
  ...{ normPosition: "around", zeroCenteredNorm: true },
  ...{ hiddenActivation: "gelu_pytorch_tanh", scaledEmbedding: true, queryPreAttnScalar: 5 },
  ...{ layerTypes: ["sliding_attention", "full_attention"], slidingWindow: 2 },
} as const satisfies Partial<DecoderConfig>;

/** What a Gemma 2 of two layers does otherwise than a llama, with caps that bend what it says. */
export const GEMMA2 = {
  ...{ ...GEMMA, attnLogitSoftcapping: 1.5, finalLogitSoftcapping: 2 },
} as const satisfies Partial<DecoderConfig>;

/** What a Gemma 3 of two layers does otherwise than a llama. */
export const GEMMA3 = {
  ...{ ...GEMMA, qkNorm: "head", ropeLocalBaseFreq: 100 },
} as const satisfies Partial<DecoderConfig>;

/** A decoder of {@link tinyConfig} with fixed random weights. */
export function tinyDecoder(changes: Partial<DecoderConfig> = {}): Decoder {
  return Decoder.initialize(tinyConfig(changes), Random.fromSeed(7));
}

/** An adapter of rank 2 whose B is not zero, so that it changes what the decoder says. */
export function tinyAdapter(config: DecoderConfig, name: string = "policy"): LoraAdapter {
  const fresh = LoraAdapter.initialize(config, {
    name,
    r: 2,
    alpha: 3,
    random: Random.fromSeed(1),
  });
  const random = Random.fromSeed(8).split(name);
  const tensors = new Map([...fresh.weights].map(([key, { shape, size }]) => {
    const values = Float32Array.from({ length: size }, () => 0.5 * random.normal());
    return [key, { shape, values }];
  }));
  fresh.dispose();
  return LoraAdapter.fromValues(config, { name, r: 2, alpha: 3 }, tensors);
}
