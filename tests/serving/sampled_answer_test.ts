import { assertEquals } from "@std/assert";
import { SampledAnswer } from "../../lib/serving/mod.ts";
import type { Tokenizer } from "../../lib/text/mod.ts";

/** Ids are their own digits. */
const tokenizer: Tokenizer = {
  vocabSize: 10,
  padTokenId: 1,
  eosTokenId: 0,
  encode: (text) => Int32Array.from(text, Number),
  decode: (ids) => Array.from(ids).join(""),
};
const model = {
  tokenizer,
  decoder: { config: { eosTokenId: 0, otherEosTokenIds: [2] } },
};
const options = { stop: [], maxTokens: 4, logprobs: true };

Deno.test("SampledAnswer ends at any of the model's end tokens, whose text is none of it", () => {
  for (const end of [0, 2]) {
    const answer = new SampledAnswer(model, options);
    assertEquals(answer.push(Int32Array.of(7), Float32Array.of(-1))?.text, "7");
    assertEquals(answer.finishReason, undefined);
    const last = answer.push(Int32Array.of(end, 9), Float32Array.of(-2, -3));
    assertEquals([last?.text ?? "", answer.finishReason, answer.numTokens], ["", "stop", 2]);
  }
});

Deno.test("SampledAnswer is cut off at the most tokens", () => {
  const answer = new SampledAnswer(model, options);
  const piece = answer.push(Int32Array.of(4, 5, 6, 7, 8), new Float32Array(5));
  assertEquals([piece?.text, piece?.tokens.length], ["4567", 4]);
  assertEquals([answer.finishReason, answer.numTokens], ["length", 4]);
});
