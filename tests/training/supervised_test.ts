import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { NumericError } from "../../lib/core/mod.ts";
import { type Decoder, type MaskedSequence, sequenceLogProbs } from "../../lib/models/mod.ts";
import { AdamW, type Optimizer } from "../../lib/optim/mod.ts";
import { type SupervisedOptions, supervisedStep } from "../../lib/training/mod.ts";
import { changedSince, GradRecorder, snapshot } from "../rl/ppo_toys.ts";
import { abortingAtLook } from "../support/aborts.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const ADAM = { betas: [0.9, 0.95] as [number, number], eps: 1e-8, weightDecay: 0 };
/** Three sequences of other lengths; the counted tokens are 2, 1 and 4. */
const BATCH: MaskedSequence[] = [
  { tokens: Int32Array.of(3, 4, 5, 6), mask: Uint8Array.of(0, 0, 1, 1) },
  { tokens: Int32Array.of(7, 8), mask: Uint8Array.of(0, 1) },
  { tokens: Int32Array.of(2, 9, 9, 10, 3, 4), mask: Uint8Array.of(0, 1, 1, 0, 1, 1) },
];

function optionsOf(
  params: ReadonlyMap<string, tf.Variable>,
  changes: Partial<SupervisedOptions> = {},
): SupervisedOptions {
  return {
    params,
    optimizer: new AdamW(params, ADAM),
    learningRate: 1e-2,
    maxGradNorm: Infinity,
    maxBatchTokens: 1000,
    ...changes,
  };
}

/** Mean cross-entropy over all counted tokens, from log-probabilities. */
async function lossOf(decoder: Decoder): Promise<number> {
  const all = await sequenceLogProbs({ decoder }, BATCH, { temperature: 1, maxTokens: 1000 });
  const logProbs = all.flatMap((row) => [...row]);
  return -logProbs.reduce((a, b) => a + b) / logProbs.length;
}

Deno.test("supervisedStep() reports the mean cross-entropy over the tokens that count", async () => {
  const decoder = tinyDecoder();
  const expected = await lossOf(decoder);
  const options = optionsOf(decoder.weights);
  const stats = await supervisedStep(decoder, BATCH, options);
  assertAlmostEquals(stats.loss, expected, 1e-5);
  assertEquals([stats.numTargets, stats.numTokens], [7, 3 * 6]); // padded to the longest
  assert(await lossOf(decoder) < expected, "and the step has lowered it");
  options.optimizer.dispose();
  decoder.dispose();
});

Deno.test("supervisedStep() has the same gradient however the batch is cut", async () => {
  const gradients: Map<string, Float32Array>[] = [];
  const losses: number[] = [];
  for (const maxBatchTokens of [1000, 8, 1]) {
    const decoder = tinyDecoder();
    const recorder = new GradRecorder();
    const options = {
      ...optionsOf(decoder.weights, { maxBatchTokens }),
      optimizer: recorder as unknown as Optimizer,
    };
    losses.push((await supervisedStep(decoder, BATCH, options)).loss);
    gradients.push(await recorder.take());
    decoder.dispose();
  }
  assertClose(losses, new Array(3).fill(losses[0]), 1e-5);
  for (const [name, grad] of gradients[0]!) {
    for (const other of gradients.slice(1)) assertClose(other.get(name)!, grad, 1e-5);
  }
});

Deno.test("supervisedStep() with an adapter trains the adapter alone", async () => {
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const [base, before] = [await snapshot(decoder.weights), await snapshot(adapter.weights)];
  const options = optionsOf(adapter.weights, { adapter });
  const first = await supervisedStep(decoder, BATCH, options);
  for (let i = 0; i < 5; i++) await supervisedStep(decoder, BATCH, options);
  const last = await supervisedStep(decoder, BATCH, options);
  assert(last.loss < first.loss);
  assertEquals(await changedSince(base, decoder.weights), []);
  assertEquals((await changedSince(before, adapter.weights)).length, adapter.weights.size);
  options.optimizer.dispose();
  adapter.dispose();
  decoder.dispose();
});

Deno.test("supervisedStep() learns its batch by heart", async () => {
  const decoder = tinyDecoder();
  const options = optionsOf(decoder.weights, { learningRate: 3e-2, maxGradNorm: 1 });
  let loss = Infinity;
  for (let i = 0; i < 60; i++) ({ loss } = await supervisedStep(decoder, BATCH, options));
  assert(loss < 0.05, `${loss}`);
  options.optimizer.dispose();
  decoder.dispose();
});

Deno.test("supervisedStep() refuses a batch without targets and gradients that are not finite", async () => {
  const decoder = tinyDecoder();
  const options = optionsOf(decoder.weights);
  const before = await snapshot(decoder.weights);
  const numTensors = tf.memory().numTensors;
  await assertRejects(
    () =>
      supervisedStep(
        decoder,
        BATCH.map(({ tokens }) => ({
          tokens,
          mask: new Uint8Array(tokens.length),
        })),
        options,
      ),
    RangeError,
    "Cannot take a supervised step as no token counts",
  );
  assertEquals(await changedSince(before, decoder.weights), []);
  const norm = decoder.weights.get("model.norm.weight")!;
  tf.tidy(() => norm.assign(tf.fill(norm.shape, NaN)));
  const broken = await snapshot(decoder.weights);
  await assertRejects(
    () => supervisedStep(decoder, BATCH, options),
    NumericError,
    "gradients must be finite",
  );
  assertEquals(options.optimizer.stepCount, 0);
  assertEquals(
    [...(await snapshot(decoder.weights)).get("lm_head.weight")!],
    [...broken.get("lm_head.weight")!],
  );
  assertEquals(tf.memory().numTensors, numTensors);
  options.optimizer.dispose();
  decoder.dispose();
});

Deno.test("supervisedStep() leaks no tensors and no native memory", async () => {
  const decoder = tinyDecoder();
  for (const maxBatchTokens of [1000, 1]) {
    const options = optionsOf(decoder.weights, { maxBatchTokens, maxGradNorm: 0.1 });
    await assertNoLeak(() => supervisedStep(decoder, BATCH, options));
    const blocks = numHeapBlocks();
    await supervisedStep(decoder, BATCH, options);
    assertEquals(numHeapBlocks(), blocks);
    options.optimizer.dispose();
  }
  decoder.dispose();
});

Deno.test("supervisedStep() stops between micro-batches with the weights as they were", async () => {
  const decoder = tinyDecoder();
  const options = optionsOf(decoder.weights, { maxBatchTokens: 1 });
  const before = await snapshot(decoder.weights);
  const { numTensors } = tf.memory();
  for (const look of [1, 2, 3]) { // as many micro-batches
    await assertRejects(
      () => supervisedStep(decoder, BATCH, { ...options, ...abortingAtLook(look) }),
      RangeError,
      "stopped at a look",
    );
    assertEquals(tf.memory().numTensors, numTensors);
  }
  assertEquals(options.optimizer.stepCount, 0);
  assertEquals(await changedSince(before, decoder.weights), []);
  options.optimizer.dispose();
  decoder.dispose();
});
