import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import {
  generate,
  type GenerateOptions,
  GenerationMeter,
  PrefixStore,
} from "../../lib/generation/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";

await startTestDevice();

// Lengths 1 to 5 in no order, one of them twice.
const PROMPTS = [[3, 4, 5], [9], [6, 7, 8, 9, 10], [2, 3], [4, 4, 4, 4], [5, 6, 7]].map((ids) =>
  Int32Array.from(ids)
);

function randoms(): Random[] {
  return PROMPTS.map((_, index) => Random.fromSeed(11).split(index));
}

function options(changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { maxNewTokens: 8, temperature: 0.9, topK: 0, topP: 1, randoms: randoms(), ...changes };
}

Deno.test("generate() samples the same tokens however seldom it looks, with known prefixes and without", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const expected = await generate(decoder, PROMPTS, options({ adapter }));
  const lengths = new Set(expected.map(({ tokens }) => tokens.length));
  assert(lengths.size > 2, "responses of several lengths are needed to test that rows are cut");
  for (const lookEvery of [1, 2, 3, 8, 100]) {
    for (const maxRows of [1, 4, 64]) {
      const prefixes = new PrefixStore(decoder);
      // The second call finds whole prompts and responses of the first.
      for (const store of [{}, { prefixes }, { prefixes }]) {
        const streams = randoms();
        const answers = await generate(decoder, PROMPTS, {
          ...options({ adapter, lookEvery, maxRows, randoms: streams, ...store }),
        });
        for (const [index, { tokens, logProbs, finished }] of expected.entries()) {
          assertEquals(answers[index]!.tokens, tokens);
          assertEquals(answers[index]!.finished, finished);
          assertClose(answers[index]!.logProbs, logProbs);
          const next = randoms()[index]!;
          next.skip(2 * tokens.length);
          assertEquals(streams[index]!.uniform(), next.uniform());
        }
      }
      prefixes.dispose();
    }
  }
  adapter.dispose();
  decoder.dispose();
});

Deno.test("generate() computes what prompts share once, and says what it computed", async () => {
  const decoder = tinyDecoder({ maxPositionEmbeddings: 200 });
  const shared = Int32Array.from({ length: 100 }, (_, i) => 2 + i % 9);
  const prompts = [[], [3], [3, 4], []].map((end) => Int32Array.of(...shared, ...end));
  const streams = () => prompts.map((_, index) => Random.fromSeed(2).split(index));
  const meter = new GenerationMeter();
  const answers = await generate(decoder, prompts, options({ randoms: streams(), meter }));
  const { counts } = meter;
  assertEquals(counts.promptTokens, 403);
  // The least of the prompts has 100 tokens, of which the last is computed for itself: 99 are shared, and
  // 1, 2, 3 and 1 tokens are left, computed from the same position on in rows of 3.
  assertEquals(counts.computedTokens, 99 + 4 * 3);
  assertEquals(counts.paddedTokens, 0);
  assertEquals(counts.reusedTokens, 403 - 4 * 3);
  assertEquals(counts.newTokens, answers.reduce((sum, { tokens }) => sum + tokens.length, 0));
  for (const [index, prompt] of prompts.entries()) {
    const [alone] = await generate(decoder, [prompt], options({ randoms: [streams()[index]!] }));
    assertEquals(alone!.tokens, answers[index]!.tokens);
    assertClose(alone!.logProbs, answers[index]!.logProbs);
  }
  decoder.dispose();
});

Deno.test("generate() counts padding, and cuts batches where it would cost more than a batch", async () => {
  const decoder = tinyDecoder({ maxPositionEmbeddings: 700 });
  const random = Random.fromSeed(5);
  const promptsOf = (lengths: number[]) =>
    lengths.map((length) => Int32Array.from({ length }, () => random.integer(2, 11)));
  const count = async (lengths: number[]) => {
    const meter = new GenerationMeter();
    const randoms = lengths.map((_, index) => Random.fromSeed(index));
    await generate(decoder, promptsOf(lengths), options({ randoms, meter, maxNewTokens: 2 }));
    return meter.counts;
  };
  const together = await count([10, 12]);
  assertEquals([together.computedTokens, together.paddedTokens], [24, 2]);
  const apart = await count([10, 600]); // 590 pad tokens are dearer than two more steps
  assertEquals([apart.computedTokens, apart.paddedTokens], [610, 0]);
  decoder.dispose();
});

Deno.test("generate() refuses logits that are not finite when it looks", async () => {
  const decoder = tinyDecoder();
  const norm = decoder.weights.get("model.norm.weight")!;
  tf.tidy(() => norm.assign(tf.fill(norm.shape, NaN)));
  const before = tf.memory().numTensors;
  for (const lookEvery of [1, 4]) {
    await assertRejects(
      () => generate(decoder, PROMPTS, options({ lookEvery })),
      RangeError,
      "logits must be finite: row 0",
    );
  }
  assertEquals(tf.memory().numTensors, before);
  decoder.dispose();
});
