import { assertEquals } from "@std/assert";
import {
  NO_COST,
  paddedFraction,
  reusedFraction,
  splitCost,
  sumCosts,
  tokensPerSecond,
} from "../../lib/generation/mod.ts";

const COST = {
  promptTokens: 40,
  computedTokens: 20,
  paddedTokens: 5,
  reusedTokens: 25,
  newTokens: 12,
  draftTokens: 8,
  acceptedTokens: 6,
  seconds: 0.5,
};

Deno.test("sumCosts() adds up counts, and takes absent ones for 0", () => {
  assertEquals(sumCosts([]), NO_COST);
  const sum = sumCosts([
    { promptTokens: 30, computedTokens: 16, paddedTokens: 4, reusedTokens: 18 },
    { promptTokens: 10, computedTokens: 4, paddedTokens: 1, reusedTokens: 7 },
    { newTokens: 12, draftTokens: 8, acceptedTokens: 6, seconds: 0.5 },
  ]);
  assertEquals(sum, COST);
  assertEquals(NO_COST.promptTokens, 0);
});

Deno.test("splitCost() cuts into whole tokens that add up to what was cut", () => {
  const parts = splitCost(COST, 8);
  // 20 tokens in 8 parts: the ends are at 2.5, 5, 7.5, 10 …, rounded down.
  assertEquals(parts.map(({ computedTokens }) => computedTokens), [2, 3, 2, 3, 2, 3, 2, 3]);
  assertEquals(parts.map(({ acceptedTokens }) => acceptedTokens), [0, 1, 1, 1, 0, 1, 1, 1]);
  assertEquals(parts[0]!.seconds, 0.0625);
  assertEquals(sumCosts(parts), COST);
  assertEquals(splitCost(COST, 1), [COST]);
});

Deno.test("paddedFraction(), reusedFraction() and tokensPerSecond() divide, and nothing by 0", () => {
  assertEquals(paddedFraction(COST), 5 / 20);
  assertEquals(reusedFraction(COST), 25 / 40);
  assertEquals(tokensPerSecond(COST), 24);
  for (const share of [paddedFraction, reusedFraction, tokensPerSecond]) {
    assertEquals(share(NO_COST), 0);
  }
});
