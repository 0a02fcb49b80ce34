import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  batchLogProbs,
  joinSequences,
  type MaskedSequence,
  perSequence,
  rowBatches,
} from "../../lib/models/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose } from "../support/tensors.ts";

await startTestDevice();

/** A prompt and a response of which the response counts. */
function answer(prompt: number[], response: number[]): MaskedSequence {
  const tokens = Int32Array.of(...prompt, ...response);
  return { tokens, mask: new Uint8Array(tokens.length).fill(1, prompt.length) };
}

const plain = (joined: ReturnType<typeof joinSequences>) =>
  joined.map(({ sequence, members }) => [[...sequence.tokens], [...sequence.mask], members]);

Deno.test("joinSequences() makes one row of the turns of an agent, in the order of the turns", () => {
  const sequences = [
    answer([4, 5, 6, 7, 8, 9, 2], [3]), // third turn
    answer([4, 5], [6]), // first
    answer([4, 5, 6, 7], [8, 9]), // second
    answer([4, 5], [7]), // another agent's first
  ];
  assertEquals(plain(joinSequences(sequences)), [
    [[4, 5, 6, 7, 8, 9, 2, 3], [0, 0, 1, 0, 1, 1, 0, 1], [1, 2, 0]],
    [[4, 5, 7], [0, 0, 1], [3]],
  ]);
});

Deno.test("joinSequences() keeps apart what would mix counted tokens", () => {
  const prefix = answer([4], [5, 6]);
  // Here token 5 counts for both, and there the shorter one is the same as the longer.
  const overlapping = answer([4], [5, 6, 7]);
  assertEquals(joinSequences([prefix, overlapping]).map(({ members }) => members), [[0], [1]]);
  assertEquals(joinSequences([prefix, prefix]).map(({ members }) => members), [[0], [1]]);
  // Two that could both continue: each takes one of two equal beginnings.
  const longer = answer([4, 5, 6, 7], [8]);
  const other = answer([4, 5, 6, 7], [9]);
  const joined = joinSequences([prefix, longer, prefix, other]);
  assertEquals(joined.map(({ members }) => members), [[2, 1], [0, 3]]);
  assertEquals(joinSequences([]), []);
});

Deno.test("rowBatches() gives each sequence its own tokens, however they are joined and cut", () => {
  const sequences = [answer([4, 5, 6, 7], [8, 9]), answer([3], [2, 2, 2]), answer([4, 5], [6])];
  const [batch, ...rest] = rowBatches(sequences, { padTokenId: 0, maxTokens: 100 });
  assertEquals(rest, []);
  assertEquals([batch!.members, [...batch!.offsets]], [[2, 0, 1], [0, 1, 3, 6]]);
  assertEquals([...batch!.batch.targets], [6, 8, 9, 2, 2, 2]);
  assertEquals([batch!.batch.numRows, batch!.batch.length], [2, 6]);
});

Deno.test("joined sequences have the log-probabilities and gradients that they have apart", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const first = answer([3, 4, 5], [6, 7]);
  const second = answer([3, 4, 5, 6, 7, 8, 9], [10, 2, 3]);
  const logProbs = (sequences: MaskedSequence[]) =>
    perSequence(
      rowBatches(sequences, { padTokenId: 0, maxTokens: 100 }),
      ({ batch }) => batchLogProbs({ decoder, adapter }, batch, 0.8).logProbs,
    );
  const together = await logProbs([second, first]);
  const [[alone], [other]] = await Promise.all([logProbs([second]), logProbs([first])]);
  assertClose(together[0]!, alone!, 2e-6);
  assertClose(together[1]!, other!, 2e-6);

  const gradsOf = (sequences: MaskedSequence[]) => {
    const [{ batch }] = rowBatches(sequences, { padTokenId: 0, maxTokens: 100 }) as [
      ReturnType<typeof rowBatches>[number],
    ];
    const { value, grads } = tf.variableGrads(
      () => batchLogProbs({ decoder, adapter }, batch, 0.8).logProbs.sum() as tf.Scalar,
      [...adapter.weights.values()],
    );
    value.dispose();
    return grads;
  };
  const [joined, a, b] = [gradsOf([first, second]), gradsOf([first]), gradsOf([second])];
  for (const [name, grad] of Object.entries(joined!)) {
    const sum = tf.add(a![name]!, b![name]!);
    assertClose(await grad.data(), await sum.data(), 1e-5);
    sum.dispose();
  }
  for (const part of [joined, a, b]) tf.dispose(part);
  adapter.dispose();
  decoder.dispose();
});
