import { assertEquals } from "@std/assert";
import { NO_COST } from "../../lib/generation/mod.ts";
import { createDecoderConfig } from "../../lib/models/mod.ts";
import { answerCost, computedPromptTokens } from "../../lib/training/mod.ts";

// 332 weights but for the table, and 32 operations for each position, as in forward_flops_test.ts.
const config = createDecoderConfig({
  vocabSize: 10,
  hiddenSize: 4,
  intermediateSize: 6,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  eosTokenId: 1,
});
const answer = {
  promptTokens: new Int32Array(9),
  tokens: new Int32Array(2),
  cost: { ...NO_COST, computedTokens: 5, paddedTokens: 2 },
};

Deno.test("answerCost() counts a share of a first prompt as tokens from all over it", () => {
  assertEquals(computedPromptTokens(answer), 3);
  // Tokens 1 to 9 of the prompt attend to 5 positions on average, the answer's to 10 and 11.
  assertEquals(answerCost({ ...answer, turn: 0 }, config), {
    promptFlops: 3 * (664 + 32 * 5),
    responseFlops: 2 * 664 + 32 * (10 + 11),
  });
});

Deno.test("answerCost() counts what is computed of a later prompt as its last tokens", () => {
  // Tokens 7, 8 and 9.
  assertEquals(
    answerCost({ ...answer, turn: 1 }, config).promptFlops,
    3 * 664 + 32 * (7 + 8 + 9),
  );
});

Deno.test("answerCost() of an answer that did not fit is nothing", () => {
  const none = {
    turn: 2,
    promptTokens: new Int32Array(9),
    tokens: new Int32Array(),
    cost: NO_COST,
  };
  assertEquals(answerCost(none, config), { promptFlops: 0, responseFlops: 0 });
});
