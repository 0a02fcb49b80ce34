/**
 * Decoders that read the small world's words, and folders that go away.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import { CpuBackend } from "../../lib/device/mod.ts";
import { createDecoderConfig, Decoder, type DecoderConfig } from "../../lib/models/mod.ts";
import { smallWorldTokenizer } from "../../lib/worlds/small_world/mod.ts";

export { withTempFolder } from "./temp_folder.ts"; // most tests of models and runs need both

/** One layer, 16 wide, with the small world's vocabulary; says anything that comes to its mind. */
export function smallWorldConfig(changes: Partial<DecoderConfig> = {}): DecoderConfig {
  return createDecoderConfig({
    vocabSize: smallWorldTokenizer.vocabSize,
    hiddenSize: 16,
    intermediateSize: 24,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    maxPositionEmbeddings: 512,
    tieWordEmbeddings: true,
    initializerRange: 0.3,
    eosTokenId: smallWorldTokenizer.eosTokenId,
    padTokenId: smallWorldTokenizer.padTokenId,
    ...changes,
  });
}

/** A decoder of {@link smallWorldConfig} with random weights, the same for the same seed. */
export function smallWorldDecoder(seed: number = 7, changes: Partial<DecoderConfig> = {}): Decoder {
  return Decoder.initialize(smallWorldConfig(changes), Random.fromSeed(seed));
}

/** Blocks of native memory that tensors hold; 0 on a backend that has none. */
export function numHeapBlocks(): number {
  const backend = tf.backend();
  return backend instanceof CpuBackend ? backend.heap.stats.numBlocks : 0;
}
