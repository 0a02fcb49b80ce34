import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate } from "../../lib/generation/mod.ts";
import { rowBatches, sequenceLogProbs } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const PROMPTS = [[3, 4, 5], [9], [6, 7, 8, 9, 10]];

Deno.test("sequenceLogProbs() gives sampled tokens the log-probabilities they were sampled with", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const temperature = 0.8;
  const answers = await generate(decoder, PROMPTS.map((ids) => Int32Array.from(ids)), {
    adapter,
    maxNewTokens: 6,
    temperature,
    topK: 0,
    topP: 1,
    randoms: PROMPTS.map((_, index) => Random.fromSeed(2).split(index)),
  });
  const sequences = answers.map(({ tokens }, row) => {
    const prompt = PROMPTS[row]!;
    const mask = new Uint8Array(prompt.length + tokens.length).fill(1, prompt.length);
    return { tokens: Int32Array.of(...prompt, ...tokens), mask };
  });
  for (const maxTokens of [1, 1000]) { // one row per batch, and all rows padded into one
    const logProbs = await sequenceLogProbs({ decoder, adapter }, sequences, {
      temperature,
      maxTokens,
    });
    for (const [row, answer] of answers.entries()) {
      assertClose(logProbs[row]!, answer.logProbs, 1e-4);
    }
  }
  await assertNoLeak(() =>
    sequenceLogProbs({ decoder, adapter }, sequences, { temperature, maxTokens: 1000 })
  );
  adapter.dispose();
  decoder.dispose();
});

Deno.test("rowBatches() covers every row once with similar lengths together", () => {
  const sequences = [3, 9, 4, 8].map((length) => ({
    tokens: new Int32Array(length).fill(2),
    mask: new Uint8Array(length).fill(1, 1),
  }));
  const batches = rowBatches(sequences, { padTokenId: 0, maxTokens: 18 });
  assertEquals(batches.map(({ members }) => members), [[1, 3], [2, 0]]);
  assertEquals(batches.map(({ batch }) => batch.length), [9, 4]);
});
