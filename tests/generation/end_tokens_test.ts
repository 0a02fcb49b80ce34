import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

Deno.test("generate() stops at each of several end tokens", async () => {
  const prompts = [[3, 4, 5], [9], [6, 7, 8, 9, 10], [2, 3]].map((ids) => Int32Array.from(ids));
  const randoms = prompts.map((_, index) => Random.fromSeed(1).split(index));
  const greedy = { temperature: 0, maxNewTokens: 6, topK: 0, topP: 1, randoms };
  const plain = tinyDecoder({ eosTokenId: 0 });
  const whole = await generate(plain, prompts, greedy);
  plain.dispose();
  const ends = whole.flatMap(({ tokens }) => [...tokens.subarray(1, 2)]).slice(0, 2);
  assertEquals(new Set(ends).size, 2, "draw other weights");
  const decoder = tinyDecoder({ eosTokenId: 0, otherEosTokenIds: ends });
  const answers = await generate(decoder, prompts, greedy);
  for (const [index, { tokens, finished }] of answers.entries()) {
    const all = [...whole[index]!.tokens];
    const end = all.findIndex((token) => token === 0 || ends.includes(token));
    assertEquals([...tokens], end < 0 ? all : all.slice(0, end + 1));
    assertEquals(finished, end >= 0);
  }
  assert(answers.some(({ finished }) => finished));
  decoder.dispose();
});
