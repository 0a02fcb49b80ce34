import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import {
  generate,
  type Generated,
  type GenerateOptions,
  type GenerationCost,
  PrefixStore,
  sumCosts,
} from "../../lib/generation/mod.ts";
import type { DecoderConfig } from "../../lib/models/mod.ts";
import { GEMMA2, tinyAdapter, tinyDecoder } from "../support/decoders.ts";
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

function costOf(answers: readonly Generated[]): GenerationCost {
  return sumCosts(answers.map(({ cost }) => cost));
}

/** How often generate() looks, and how many rows it takes at once. */
type Looks = readonly (readonly [lookEvery: number, maxRows: number])[];

const ALL_LOOKS: Looks = [1, 2, 3, 8, 100].flatMap((every) =>
  [1, 4, 64].map((rows) => [every, rows] as const)
);

for (
  const [name, config, looks] of [
    ["a llama", {}, ALL_LOOKS],
    ["a Gemma 2", GEMMA2, [[1, 64], [3, 4]]],
  ] as const
) {
  Deno.test(`generate() samples the same tokens however seldom it looks, with known prefixes and without (${name})`, () =>
    lookAndReuse(config, looks));
}

async function lookAndReuse(config: Partial<DecoderConfig>, looks: Looks): Promise<void> {
  const decoder = tinyDecoder(config);
  const adapter = tinyAdapter(decoder.config);
  const expected = await generate(decoder, PROMPTS, options({ adapter }));
  const lengths = new Set(expected.map(({ tokens }) => tokens.length));
  assert(lengths.size > 2, "responses of several lengths are needed to test that rows are cut");
  for (const [lookEvery, maxRows] of looks) {
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
  adapter.dispose();
  decoder.dispose();
}

/** With few words a decoder repeats itself at a low temperature, and drafts what it then draws, or does not. */
const repeatingDecoder = () =>
  tinyDecoder({ vocabSize: 5, maxPositionEmbeddings: 64, slidingWindow: 7 });
const REPEATING = { maxNewTokens: 40, temperature: 0.3 };
const REPEATED = PROMPTS.map((prompt) => prompt.map((id) => 2 + id % 3));

Deno.test("generate() samples the same tokens with drafts, however long, and without", async () => {
  const decoder = repeatingDecoder();
  const adapter = tinyAdapter(decoder.config);
  for (const sampling of [REPEATING, { ...REPEATING, topK: 3, topP: 0.9 }]) {
    const count = async (promptLookupNumTokens: number, maxRows: number) => {
      const streams = randoms();
      const answers = await generate(decoder, REPEATED, {
        ...options({ adapter, maxRows, randoms: streams, promptLookupNumTokens }),
        ...sampling,
        lookEvery: 1,
      });
      return { answers, counts: costOf(answers), next: streams.map((random) => random.uniform()) };
    };
    const expected = await count(0, 64);
    assertEquals([expected.counts.draftTokens, expected.counts.acceptedTokens], [0, 0]);
    for (const most of [1, 2, 7, 39]) {
      for (const maxRows of [1, 4, 64]) {
        const { answers, counts, next } = await count(most, maxRows);
        for (const [index, { tokens, logProbs, finished }] of expected.answers.entries()) {
          assertEquals(answers[index]!.tokens, tokens);
          assertEquals(answers[index]!.finished, finished);
          assertClose(answers[index]!.logProbs, logProbs, 5e-5); // of logits divided by 0.3
        }
        assertEquals(next, expected.next, "another number of random numbers was taken");
        assert(counts.acceptedTokens > 0, "a draft must be accepted to test that");
        assert(counts.acceptedTokens < counts.draftTokens, "a draft must be refused to test that");
        assertEquals(counts.newTokens, expected.counts.newTokens);
      }
    }
  }
  adapter.dispose();
  decoder.dispose();
});

Deno.test("generate() refuses drafts that are no number, or that nobody would look at", async () => {
  const decoder = tinyDecoder();
  const cases: [Partial<GenerateOptions>, string][] = [
    [{ promptLookupNumTokens: 1.5 }, "integer of at least 0 (0 = no drafts): got 1.5"],
    [{ promptLookupNumTokens: -1 }, "integer of at least 0 (0 = no drafts): got -1"],
    [
      { promptLookupNumTokens: 3, lookEvery: 2 },
      "drafts need lookEvery 1: got promptLookupNumTokens 3 and lookEvery 2, leave one out",
    ],
  ];
  for (const [changes, message] of cases) {
    await assertRejects(() => generate(decoder, PROMPTS, options(changes)), RangeError, message);
  }
  decoder.dispose();
});

Deno.test("generate() keeps what follows drafts as a prefix for later prompts", async () => {
  const decoder = repeatingDecoder();
  const prefixes = new PrefixStore(decoder);
  const first = await generate(decoder, REPEATED, {
    ...options(),
    ...REPEATING,
    prefixes,
    lookEvery: 1,
  });
  assert(costOf(first).acceptedTokens > 0);
  const later = REPEATED.map((prompt, index) =>
    Int32Array.of(...prompt, ...first[index]!.tokens, 4)
  );
  const warm = await generate(decoder, later, options({ prefixes }));
  // All but the last token of each response was fed back and is known; that and the one behind are not.
  assertEquals(costOf(warm).reusedTokens, later.reduce((sum, { length }) => sum + length - 2, 0));
  const cold = await generate(decoder, later, options());
  for (const [index, { tokens, logProbs }] of cold.entries()) {
    assertEquals(warm[index]!.tokens, tokens);
    assertClose(warm[index]!.logProbs, logProbs);
  }
  prefixes.dispose();
  decoder.dispose();
});

Deno.test("generate() computes what prompts share once, and says what it computed", async () => {
  const decoder = tinyDecoder({ maxPositionEmbeddings: 200 });
  const shared = Int32Array.from({ length: 100 }, (_, i) => 2 + i % 9);
  const prompts = [[], [3], [3, 4], []].map((end) => Int32Array.of(...shared, ...end));
  const streams = () => prompts.map((_, index) => Random.fromSeed(2).split(index));
  const answers = await generate(decoder, prompts, options({ randoms: streams() }));
  const counts = costOf(answers);
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
    const randoms = lengths.map((_, index) => Random.fromSeed(index));
    return costOf(
      await generate(decoder, promptsOf(lengths), options({ randoms, maxNewTokens: 2 })),
    );
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
