import { assertEquals } from "@std/assert";
import { createDecoderConfig, forwardFlops } from "../../lib/models/mod.ts";

const sizes = {
  vocabSize: 10,
  hiddenSize: 4,
  intermediateSize: 6,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  eosTokenId: 1,
};

Deno.test("forwardFlops() counts each weight but the looked-up table twice, and attention", () => {
  // A layer: four projections of 4 × 4, three of 4 × 6, two norms of 4: 64 + 72 + 8 = 144. Two layers, the
  // last norm of 4 and a head of 10 × 4: 288 + 4 + 40 = 332 weights, 664 operations a token.
  // Attention: 4 · 2 layers · 4 wide = 32 for each position.
  const untied = createDecoderConfig(sizes);
  assertEquals(forwardFlops(untied, { numTokens: 1, context: 1 }), 664 + 32);
  assertEquals(forwardFlops(untied, { numTokens: 3, context: 5 }), 3 * (664 + 160));
  assertEquals(forwardFlops(untied, { numTokens: 0, context: 5 }), 0);
});

Deno.test("forwardFlops() counts a tied table as the head that it is", () => {
  const [tied, untied] = [true, false].map((tieWordEmbeddings) =>
    createDecoderConfig({ ...sizes, tieWordEmbeddings })
  );
  const tokens = { numTokens: 7, context: 3 };
  assertEquals(forwardFlops(tied!, tokens), forwardFlops(untied!, tokens));
});

Deno.test("forwardFlops() counts no more than a window in the layers that have one", () => {
  const layerTypes = ["sliding_attention", "full_attention"] as const;
  const local = createDecoderConfig({ ...sizes, slidingWindow: 3, layerTypes });
  // 16 operations for each position of a layer: 3 of the first, 5 of the second.
  assertEquals(forwardFlops(local, { numTokens: 2, context: 5 }), 2 * (664 + 16 * (3 + 5)));
  assertEquals(forwardFlops(local, { numTokens: 2, context: 2 }), 2 * (664 + 16 * (2 + 2)));
});
