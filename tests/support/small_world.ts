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

/** Runs a test with a new folder, and removes it whatever happens. */
export async function withTempFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "maporl-test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Blocks of native memory that tensors hold; 0 on a backend that has none. */
export function numHeapBlocks(): number {
  const backend = tf.backend();
  return backend instanceof CpuBackend ? backend.heap.stats.numBlocks : 0;
}
