import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { generate } from "../../lib/generation/mod.ts";
import { type DecoderConfig, rowBatches, sequenceLogProbs } from "../../lib/models/mod.ts";
import { GEMMA2, tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const PROMPTS = [[3, 4, 5], [9], [6, 7, 8, 9, 10]];

for (const [name, config] of [["a llama", {}], ["a Gemma 2", GEMMA2]] as const) {
  Deno.test(`sequenceLogProbs() gives sampled tokens the log-probabilities they were sampled with (${name})`, () =>
    sampleAndScore(config));
}

async function sampleAndScore(config: Partial<DecoderConfig>): Promise<void> {
  const decoder = tinyDecoder(config);
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
}

Deno.test("sequenceLogProbs() says of sequences that share a row what it says of each alone, within windows", async () => {
  const decoder = tinyDecoder({ slidingWindow: 3 });
  const long = [3, 4, 5, 6, 7, 8, 9, 10, 2];
  const sequences = [4, 7, 9].map((length) => ({
    tokens: Int32Array.from(long.slice(0, length)),
    mask: new Uint8Array(length).fill(1, length - 2),
  }));
  const other = { tokens: Int32Array.of(5, 6, 7), mask: Uint8Array.of(0, 1, 1) }; // padded beside them
  assertEquals(
    rowBatches([...sequences, other], { padTokenId: 0, maxTokens: 100 })[0]!.batch.numRows,
    2,
  );
  const options = { temperature: 1, maxTokens: 100 };
  const together = await sequenceLogProbs({ decoder }, [...sequences, other], options);
  for (const [index, sequence] of [...sequences, other].entries()) {
    const [alone] = await sequenceLogProbs({ decoder }, [sequence], options);
    assertClose(together[index]!, alone!, 1e-5);
  }
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
