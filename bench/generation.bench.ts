/**
 * Generation and training of a decoder of the quickstart's size (0.8 M parameters: 128 wide, 4 layers,
 * 4 heads, 200 tokens) on the CPU device.
 *
 *     deno bench -A bench/generation.bench.ts
 *
 * MAPORL_BLAS=wasm measures without a native library. One iteration prints as milliseconds; tokens per
 * second are in the names.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../lib/core/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { generate } from "../lib/generation/mod.ts";
import { createDecoderConfig, Decoder, KvCache, LoraAdapter } from "../lib/models/mod.ts";
import { tokenLogProbs } from "../lib/ops/mod.ts";
import { AdamW, clipGradNorm, valueAndGrads } from "../lib/optim/mod.ts";

console.log(formatDeviceReport(await startDevice("cpu")));

const config = createDecoderConfig({
  vocabSize: 200,
  hiddenSize: 128,
  intermediateSize: 352,
  numHiddenLayers: 4,
  numAttentionHeads: 4,
  tieWordEmbeddings: true,
  eosTokenId: 1,
  padTokenId: 0,
});
const random = Random.fromSeed(1);
const decoder = Decoder.initialize(config, random.split("decoder"));
const adapter = LoraAdapter.initialize(config, {
  name: "policy",
  r: 8,
  alpha: 16,
  random: random.split("adapter"),
});
const RUNS = { n: 5, warmup: 2 } as const;

function randomTokens(length: number): Int32Array {
  return Int32Array.from({ length }, () => random.integer(2, config.vocabSize));
}

const [NUM_PROMPTS, PROMPT_TOKENS, NEW_TOKENS] = [192, 220, 30];
const prompts = Array.from({ length: NUM_PROMPTS }, () => randomTokens(PROMPT_TOKENS));

for (const maxRows of [64, 192]) {
  Deno.bench({
    name:
      `generate() ${NUM_PROMPTS} × ${NEW_TOKENS} tokens after ${PROMPT_TOKENS}, ${maxRows} rows`,
    group: "generation",
    ...RUNS,
    async fn() {
      await generate(decoder, prompts, {
        adapter,
        maxNewTokens: NEW_TOKENS,
        temperature: 1,
        topK: 0,
        topP: 1,
        randoms: prompts.map((_, index) => Random.fromSeed(index)),
        maxRows,
      });
    },
  });
}

const [NUM_ROWS, LENGTH] = [64, 220];
const ids = randomTokens(NUM_ROWS * LENGTH);
const starts = new Int32Array(NUM_ROWS);
const prompt = { numRows: NUM_ROWS, starts, adapter };

Deno.bench({
  name: `prefill ${NUM_ROWS} × ${LENGTH} into a cache`,
  group: "generation",
  ...RUNS,
  async fn() {
    const cache = new KvCache(config, { numRows: NUM_ROWS, capacity: LENGTH + NEW_TOKENS });
    const at = Int32Array.from({ length: NUM_ROWS }, (_, row) => (row + 1) * LENGTH - 1);
    const states = decoder.forward(ids, { ...prompt, cache, at });
    await states.data();
    states.dispose();
    cache.dispose();
  },
});

/** Flat indices of the states that predict the last tokens of every row, and those tokens. */
function lastTokens(count: number) {
  const at = Int32Array.from({ length: NUM_ROWS * count }, (_, i) => {
    const row = Math.floor(i / count);
    return (row + 1) * LENGTH - 1 - count + i % count;
  });
  return { at, targets: at.map((index) => ids[index + 1]!) };
}

/** One optimiser step on the mean log-probability of the last tokens of every row. */
function benchStep(
  name: string,
  params: ReadonlyMap<string, tf.Variable>,
  options: { readonly count: number; readonly adapter?: LoraAdapter },
): void {
  const optimizer = new AdamW(params, { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 });
  const { at, targets } = lastTokens(options.count);
  const loss = () => {
    const states = decoder.forward(ids, {
      numRows: NUM_ROWS,
      starts,
      at,
      ...(options.adapter ? { adapter: options.adapter } : {}),
    });
    const { logProbs } = tokenLogProbs(states, decoder.head(), tf.tensor1d(targets, "int32"));
    return logProbs.mean().neg() as tf.Scalar;
  };
  Deno.bench({
    name: `${name}, ${NUM_ROWS} × ${LENGTH}, last ${options.count} tokens count`,
    group: "training step",
    ...RUNS,
    async fn() {
      const { value, grads } = valueAndGrads(loss, params);
      await clipGradNorm(grads, 1);
      optimizer.step(grads, 1e-4);
      tf.dispose([value, ...grads.values()]);
    },
  });
}

benchStep("all weights", decoder.weights, { count: LENGTH - 1 });
benchStep("LoRA", adapter.weights, { count: LENGTH - 1, adapter });
benchStep("LoRA", adapter.weights, { count: 40, adapter });
