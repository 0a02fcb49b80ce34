import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate, type GenerateOptions, type SampledTokens } from "../../lib/generation/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const PROMPTS = [[3, 4, 5], [9], [6, 7, 8, 9, 10], [2, 3], [4, 4, 4, 4], [5, 6, 7]].map((ids) =>
  Int32Array.from(ids)
);

function options(changes: Partial<GenerateOptions> = {}): GenerateOptions {
  const randoms = PROMPTS.map((_, index) => Random.fromSeed(11).split(index));
  return { maxNewTokens: 12, temperature: 0.9, topK: 0, topP: 1, randoms, ...changes };
}

Deno.test("generate() tells onTokens of every token once, in order, however it looks at them", async () => {
  const decoder = tinyDecoder();
  const plain = await generate(decoder, PROMPTS, options());
  const ways: Partial<GenerateOptions>[] = [
    {},
    { maxRows: 2 },
    { lookEvery: 5 },
    { promptLookupNumTokens: 0 },
  ];
  for (const way of ways) {
    const told: SampledTokens[] = [];
    const onTokens = (sampled: SampledTokens) => told.push(sampled) > 0;
    const answers = await generate(decoder, PROMPTS, options({ ...way, onTokens }));
    for (const [prompt, { tokens, logProbs, finished }] of answers.entries()) {
      const own = told.filter((sampled) => sampled.prompt === prompt);
      assertEquals(own.flatMap((sampled) => [...sampled.tokens]), [...tokens]);
      assertEquals(own.flatMap((sampled) => [...sampled.logProbs]), [...logProbs]);
      assertEquals([tokens, finished], [plain[prompt]!.tokens, plain[prompt]!.finished]);
    }
    assert(told.every(({ tokens }) => tokens.length > 0));
  }
  decoder.dispose();
});

Deno.test("generate() ends the responses that onTokens has enough of, and no others", async () => {
  const decoder = tinyDecoder();
  const plain = await generate(decoder, PROMPTS, options());
  const lengths = PROMPTS.map(() => 0);
  const answers = await generate(
    decoder,
    PROMPTS,
    options({
      lookEvery: 1, // one token at each look
      promptLookupNumTokens: 0,
      onTokens: ({ prompt, tokens }) => {
        lengths[prompt]! += tokens.length;
        return prompt % 2 === 0 || lengths[prompt]! < 2;
      },
    }),
  );
  let numCut = 0;
  for (const [prompt, { tokens, finished }] of answers.entries()) {
    const whole = plain[prompt]!;
    const isCut = prompt % 2 === 1 && whole.tokens.length > 2;
    numCut += isCut ? 1 : 0;
    assertEquals(tokens, isCut ? whole.tokens.slice(0, 2) : whole.tokens);
    if (isCut) assertEquals(finished, false);
  }
  assert(numCut > 0, "a response that is cut is needed");
  decoder.dispose();
});

Deno.test("generate() leaves no tensors when onTokens ends responses or throws", async () => {
  const decoder = tinyDecoder();
  await assertNoLeak(async () => {
    await generate(decoder, PROMPTS, options({ onTokens: () => false }));
    const onTokens = () => {
      throw new RangeError("enough");
    };
    await assertRejects(
      () => generate(decoder, PROMPTS, options({ onTokens })),
      RangeError,
      "enough",
    );
  });
  decoder.dispose();
});
