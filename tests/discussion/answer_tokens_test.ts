import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { answerLengths, withTokens } from "../../lib/discussion/mod.ts";
import { NO_COST } from "../../lib/generation/mod.ts";

const known = {
  promptTokens: Int32Array.of(1, 2, 3),
  tokens: Int32Array.of(4),
  logProbs: Float32Array.of(-1),
  text: "7",
  finished: true,
  model: "llama",
  version: 0,
  cost: { ...NO_COST, promptTokens: 30, newTokens: 10 },
};

Deno.test("withTokens() gives answers whose tokens are known, and refuses others by the name of their model", () => {
  assertEquals(withTokens(known), known);
  for (const name of ["promptTokens", "tokens", "logProbs"]) {
    assertThrows(() => withTokens({ ...known, [name]: null }), ConfigError, "answers of llama");
  }
});

Deno.test("answerLengths() counts tokens that are known, else those of the cost", () => {
  assertEquals(answerLengths(known), { promptLength: 3, responseLength: 1 });
  assertEquals(answerLengths({ ...known, promptTokens: null, tokens: null }), {
    promptLength: 30,
    responseLength: 10,
  });
});
