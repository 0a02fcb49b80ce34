import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import {
  generate,
  type Generated,
  type GenerateOptions,
  PrefixStore,
} from "../../lib/generation/mod.ts";
import type { Decoder, LoraAdapter } from "../../lib/models/mod.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { GEMMA2, tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

// Lengths 1 to 5 in no order, one of them twice.
const PROMPTS = [[3, 4, 5], [9], [6, 7, 8, 9, 10], [2, 3], [4, 4, 4, 4], [5, 6, 7]].map((ids) =>
  Int32Array.from(ids)
);

function randoms(seed: number = 11): Random[] {
  return PROMPTS.map((_, index) => Random.fromSeed(seed).split(index));
}

function options(changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { maxNewTokens: 8, temperature: 0.9, topK: 0, topP: 1, randoms: randoms(), ...changes };
}

/** Log-probabilities of a response by one uncached pass over prompt and response. */
function fullLogProbs(
  decoder: Decoder,
  prompt: Int32Array,
  { tokens }: Generated,
  sampling: { temperature: number; adapter?: LoraAdapter },
): Promise<Float32Array> {
  const ids = Int32Array.of(...prompt, ...tokens);
  return take(tf.tidy(() => {
    const hidden = decoder.forward(ids, {
      numRows: 1,
      starts: Int32Array.of(0),
      ...(sampling.adapter ? { adapter: sampling.adapter } : {}),
    });
    const predicting = hidden.slice(prompt.length - 1, tokens.length);
    return tokenLogProbs(
      predicting,
      decoder.head(),
      tf.tensor1d(tokens, "int32"),
      { temperature: sampling.temperature || 1, softCap: decoder.config.finalLogitSoftcapping },
    ).logProbs;
  }));
}

Deno.test("generate() reports the log-probabilities of a full pass over what it sampled", async () => {
  for (const config of [{}, { slidingWindow: 3 }, GEMMA2]) {
    const decoder = tinyDecoder(config);
    const adapter = tinyAdapter(decoder.config);
    for (
      const sampling of [{ temperature: 0.7 }, { temperature: 1, adapter }, { temperature: 0 }]
    ) {
      const answers = await generate(decoder, PROMPTS, options(sampling));
      for (const [index, answer] of answers.entries()) {
        const full = await fullLogProbs(decoder, PROMPTS[index]!, answer, sampling);
        assertClose(answer.logProbs, full, 1e-4);
      }
    }
    adapter.dispose();
    decoder.dispose();
  }
});

Deno.test("generate() samples the same tokens however prompts are batched or ordered", async () => {
  const decoder = tinyDecoder();
  const together = await generate(decoder, PROMPTS, options());
  const lengths = new Set(together.map(({ tokens }) => tokens.length));
  assert(lengths.size > 2, "responses of several lengths are needed to test that rows are dropped");
  for (const maxRows of [1, 2, 4]) {
    const batched = await generate(decoder, PROMPTS, options({ maxRows }));
    for (const [index, { tokens, logProbs, finished }] of together.entries()) {
      assertEquals(batched[index]!.tokens, tokens);
      assertEquals(batched[index]!.finished, finished);
      assertClose(batched[index]!.logProbs, logProbs);
    }
  }
  const reversed = await generate(
    decoder,
    PROMPTS.toReversed(),
    options({ randoms: randoms().toReversed() }),
  );
  assertEquals(
    reversed.toReversed().map(({ tokens }) => tokens),
    together.map(({ tokens }) => tokens),
  );
  decoder.dispose();
});

Deno.test("generate() takes one uniform number per token from each prompt's own stream", async () => {
  const decoder = tinyDecoder();
  for (const temperature of [1, 0]) {
    const streams = randoms();
    const answers = await generate(decoder, PROMPTS, options({ randoms: streams, temperature }));
    for (const [index, { tokens }] of answers.entries()) {
      const expected = randoms()[index]!;
      for (let i = 0; i < tokens.length; i++) expected.uniform();
      assertEquals(streams[index]!.uniform(), expected.uniform());
    }
  }
  decoder.dispose();
});

Deno.test("generate() stops at end-of-sequence, keeps it, and says so", async () => {
  const decoder = tinyDecoder();
  const answers = await generate(decoder, PROMPTS, options({ maxNewTokens: 20 }));
  const { eosTokenId } = decoder.config;
  let stopped = 0;
  for (const { tokens, logProbs, finished } of answers) {
    assertEquals(tokens.length, logProbs.length);
    assertEquals(tokens.indexOf(eosTokenId), finished ? tokens.length - 1 : -1);
    assert(finished || tokens.length === 20);
    stopped += finished ? 1 : 0;
  }
  assert(stopped > 0 && stopped < answers.length, `${stopped} stopped: both cases are needed`);
  decoder.dispose();
});

Deno.test("generate() at temperature 0 takes the most likely token each time", async () => {
  const decoder = tinyDecoder();
  const answers = await generate(decoder, PROMPTS, options({ temperature: 0 }));
  for (const [index, { tokens }] of answers.entries()) {
    let ids = [...PROMPTS[index]!];
    for (const token of tokens) {
      const logits = await take(tf.tidy(() => {
        const hidden = decoder.forward(Int32Array.from(ids), {
          numRows: 1,
          starts: Int32Array.of(0),
          at: Int32Array.of(ids.length - 1),
        });
        return tf.matMul(hidden, decoder.head(), false, true);
      }));
      assertEquals(token, logits.indexOf(Math.max(...logits)));
      ids = [...ids, token];
    }
  }
  const other = await generate(decoder, PROMPTS, options({ temperature: 0, randoms: randoms(5) }));
  assertEquals(other.map(({ tokens }) => tokens), answers.map(({ tokens }) => tokens));
  decoder.dispose();
});

Deno.test("generate() with topK 1 or a tiny topP is greedy, with the untruncated log-probabilities", async () => {
  const decoder = tinyDecoder();
  const greedy = await generate(decoder, PROMPTS, options({ temperature: 0 }));
  for (const truncation of [{ topK: 1 }, { topP: 1e-6 }]) {
    const answers = await generate(decoder, PROMPTS, options({ ...truncation, temperature: 1 }));
    for (const [index, answer] of answers.entries()) {
      assertEquals(answer.tokens, greedy[index]!.tokens);
      assertClose(
        answer.logProbs,
        await fullLogProbs(decoder, PROMPTS[index]!, answer, { temperature: 1 }),
        1e-4,
      );
    }
  }
  decoder.dispose();
});

Deno.test("generate() follows the model's distribution", async () => {
  const decoder = tinyDecoder();
  const prompt = Int32Array.of(3, 4, 5);
  const n = 2000;
  const answers = await generate(
    decoder,
    Array(n).fill(prompt),
    options({
      maxNewTokens: 1,
      temperature: 1,
      randoms: Array.from({ length: n }, (_, i) => Random.fromSeed(3).split(i)),
      maxRows: n,
    }),
  );
  const counts = new Array<number>(decoder.config.vocabSize).fill(0);
  for (const { tokens } of answers) counts[tokens[0]!]!++;
  for (const { tokens, logProbs } of answers.slice(0, 50)) {
    const p = Math.exp(logProbs[0]!);
    const deviation = Math.sqrt(p * (1 - p) / n); // of a share of n draws; 5 of them is never exceeded
    assert(Math.abs(counts[tokens[0]!]! / n - p) < 5 * deviation, `token ${tokens[0]}: ${p}`);
  }
  decoder.dispose();
});

Deno.test("generate() handles an empty list and reports progress", async () => {
  const decoder = tinyDecoder();
  assertEquals(await generate(decoder, [], options({ randoms: [] })), []);
  const reports: { finishedPrompts: number; totalPrompts: number; newTokens: number }[] = [];
  const answers = await generate(
    decoder,
    PROMPTS,
    options({ maxRows: 4, onProgress: (progress) => reports.push(progress) }),
  );
  const tokens = answers.reduce((sum, answer) => sum + answer.tokens.length, 0);
  assertEquals(reports.at(-1), { finishedPrompts: 6, totalPrompts: 6, newTokens: tokens });
  for (let i = 1; i < reports.length; i++) {
    assert(reports[i]!.newTokens > reports[i - 1]!.newTokens);
    assert(reports[i]!.finishedPrompts >= reports[i - 1]!.finishedPrompts);
  }
  decoder.dispose();
});

Deno.test("generate() stops between two looks when the signal aborts, and frees its cache", async () => {
  const decoder = tinyDecoder();
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  let steps = 0;
  const onProgress = () => {
    if (++steps === 2) controller.abort(new RangeError("the reason"));
  };
  const { signal } = controller;
  const run = () => generate(decoder, PROMPTS, options({ signal, onProgress, lookEvery: 1 }));
  await assertRejects(run, RangeError, "the reason");
  assertEquals(steps, 2);
  await assertRejects(run, RangeError, "the reason"); // aborted before the first step
  assertEquals(steps, 2);
  assertEquals(tf.memory().numTensors, before);
  decoder.dispose();
});

Deno.test("generate() gives timers a turn during long work", async () => {
  const decoder = tinyDecoder({ maxPositionEmbeddings: 100_000, eosTokenId: 0 });
  let turns = 0;
  let busy = performance.now();
  const timer = setInterval(() => turns++, 1);
  await generate(
    decoder,
    [Int32Array.of(3)],
    options({
      randoms: [Random.fromSeed(0)],
      maxNewTokens: 4,
      onProgress() { // steps long enough to be due for a turn of the event loop
        while (performance.now() - busy < 60);
        busy = performance.now();
      },
    }),
  );
  clearInterval(timer);
  assert(turns >= 2, `${turns} turns`);
  decoder.dispose();
});

Deno.test("generate() leaks no tensors", async () => {
  const decoder = tinyDecoder();
  await assertNoLeak(() => generate(decoder, PROMPTS, options({ maxRows: 4 })));
  await assertNoLeak(() => generate(decoder, PROMPTS, options({ maxRows: 4, lookEvery: 3 })));
  await assertNoLeak(async () => {
    const prefixes = new PrefixStore(decoder);
    await generate(decoder, PROMPTS, options({ maxRows: 4, prefixes }));
    await generate(decoder, PROMPTS, options({ maxRows: 4, prefixes }));
    prefixes.dispose();
  });
  decoder.dispose();
});

Deno.test("generate() names what it cannot do", async () => {
  const decoder = tinyDecoder();
  const other = tinyDecoder();
  const foreign = new PrefixStore(other);
  const cases: [Int32Array[], Partial<GenerateOptions>, string][] = [
    [[new Int32Array(0)], {}, "a prompt needs at least one token: prompt 0 is empty"],
    [
      [Int32Array.of(2), new Int32Array(30).fill(3)],
      {},
      "maxPositionEmbeddings 32: prompt 1 has 30 tokens and maxNewTokens is 8, " +
      "shorten the prompt to 24 tokens or lower maxNewTokens",
    ],
    [[Int32Array.of(2)], { randoms: [] }, "one stream per prompt: got 0 for 1"],
    [[Int32Array.of(2)], { maxNewTokens: 0 }, "maxNewTokens must be a positive integer: got 0"],
    [[Int32Array.of(2)], { maxRows: 0.5 }, "maxRows must be a positive integer: got 0.5"],
    [[Int32Array.of(2)], { lookEvery: 0 }, "lookEvery must be a positive integer: got 0"],
    [[Int32Array.of(2)], { prefixes: foreign }, "prefixes must be of the same decoder"],
    [[Int32Array.of(2)], { temperature: -1 }, "temperature must be 0 or at least 0.001: got -1"],
    [[Int32Array.of(2)], { temperature: 1e-39 }, "temperature must be 0 or at least 0.001"],
    [[Int32Array.of(2)], { topK: -1 }, "topK must be an integer of at least 0"],
    [[Int32Array.of(2)], { topP: 0 }, "topP must lie in (0, 1] (1 = all tokens): got 0"],
    [[Int32Array.of(11)], {}, "token ids must lie from 0 to 10: got 11"],
  ];
  const before = tf.memory().numTensors;
  for (const [prompts, change, message] of cases) {
    const streams = prompts.map((_, index) => Random.fromSeed(index));
    await assertRejects(
      () => generate(decoder, prompts, options({ randoms: streams, ...change })),
      RangeError,
      message,
    );
  }
  assertEquals(tf.memory().numTensors, before);
  other.dispose();
  decoder.dispose();
});
