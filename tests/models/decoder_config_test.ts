import { assertEquals, assertThrows } from "@std/assert";
import { createDecoderConfig, type DecoderSizes } from "../../lib/models/mod.ts";

const SIZES: DecoderSizes = {
  vocabSize: 20,
  hiddenSize: 12,
  intermediateSize: 16,
  numHiddenLayers: 2,
  numAttentionHeads: 3,
  eosTokenId: 1,
};

Deno.test("createDecoderConfig() completes sizes with the defaults of Hugging Face's llama", () => {
  assertEquals(createDecoderConfig(SIZES), {
    ...SIZES,
    numKeyValueHeads: 3,
    headDim: 4,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    maxPositionEmbeddings: 2048,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
    padTokenId: 1,
  });
});

Deno.test("createDecoderConfig() accepts a head width that does not divide the hidden size", () => {
  const config = createDecoderConfig({ ...SIZES, hiddenSize: 10, headDim: 8 });
  assertEquals([config.hiddenSize, config.headDim], [10, 8]);
});

Deno.test("createDecoderConfig() names what is impossible", () => {
  const cases: [Partial<DecoderSizes>, string][] = [
    [{ hiddenSize: 13 }, "hiddenSize must be a multiple of numAttentionHeads"],
    [{ numKeyValueHeads: 2 }, "numAttentionHeads must be a multiple of numKeyValueHeads"],
    [{ headDim: 5 }, "headDim must be even for rotary embedding: got 5"],
    [{ vocabSize: 0 }, "vocabSize must be a positive integer: got 0"],
    [{ numHiddenLayers: 1.5 }, "numHiddenLayers must be a positive integer: got 1.5"],
    [{ rmsNormEps: 0 }, "rmsNormEps must be a positive number: got 0"],
    [{ ropeTheta: NaN }, "ropeTheta must be a positive number: got NaN"],
    [{ eosTokenId: 20 }, "eosTokenId must be a token id from 0 to 19: got 20"],
    [{ padTokenId: -1 }, "padTokenId must be a token id from 0 to 19: got -1"],
    [{ bosTokenId: 99 }, "bosTokenId must be a token id from 0 to 19: got 99"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => createDecoderConfig({ ...SIZES, ...change }), RangeError, message);
  }
});
