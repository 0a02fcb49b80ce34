/**
 * Our side of one GPU measurement, on the device that is running.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import { type Decoder, loadModelText } from "../../lib/models/mod.ts";
import { linear } from "../../lib/ops/mod.ts";
import { PolicySet, ppoUpdate } from "../../lib/rl/mod.ts";
import { algorithmSchema, policySetOptions, ppoOptionsOf } from "../../lib/training/mod.ts";
import { randomTokens } from "../support/decoders.ts";
import type { GpuItem } from "./items.ts";
import { randomDecoder } from "./random_decoder.ts";

/** Whose tokenizer the random decoders have: prompts are drawn as token ids, so that it is not used. */
const TEXT = "data/checkpoints/arithmetic/base";

/** What a measurement found. */
export interface GpuResult {
  /** TFLOP/s of the products, or tokens/s. */
  readonly rate: number;
  /** Details in words. */
  readonly note: string;
}

/**
 * Measures.
 *
 * @param item What.
 * @returns The rate.
 */
export async function measure(item: GpuItem): Promise<GpuResult> {
  if (item.kind === "products") return await products(item.sizes);
  const random = Random.fromSeed(0);
  const decoder = randomDecoder(item.config!, random.split("weights"));
  try {
    return await (item.kind === "rollout" ? rollout : update)(decoder, item, random);
  } finally {
    decoder.dispose();
  }
}

async function products(sizes: readonly number[]): Promise<GpuResult> {
  const rates: number[] = [];
  for (const n of sizes) {
    const x = tf.tidy(() => tf.ones([n, n]).mul(0.5)) as tf.Tensor2D;
    const repeated = async (count: number) => {
      const start = performance.now();
      let y = linear(x, x);
      for (let i = 1; i < count; i++) {
        y.dispose();
        y = linear(x, x);
      }
      const corner = tf.slice(y, [0, 0], [1, 1]); // reading all of y would be timed too
      await corner.data();
      tf.dispose([y, corner]);
      return (performance.now() - start) / 1000 / count;
    };
    await repeated(2);
    const once = await repeated(3);
    const count = Math.max(3, Math.min(200, Math.round(0.5 / once))); // about half a second
    rates.push(2e-12 * n ** 3 / await repeated(count));
    x.dispose();
  }
  return {
    rate: Math.max(...rates),
    note: sizes.map((n, i) => `${n}³ ${format(rates[i]!)}`).join(", "),
  };
}

async function rollout(decoder: Decoder, item: GpuItem, random: Random): Promise<GpuResult> {
  const { vocabSize } = decoder.config;
  const { numRows, promptTokens, newTokens } = item;
  const prompts = Array.from(
    { length: numRows },
    (_, row) => randomTokens(promptTokens, { vocabSize, random: random.split("prompt", row) }),
  );
  const run = async (maxNewTokens: number) => {
    const start = performance.now();
    const rows = await generate(decoder, prompts, {
      maxNewTokens,
      temperature: 1,
      topK: 0,
      topP: 1,
      maxRows: numRows,
      randoms: prompts.map((_, row) => random.split("sampling", row)),
    });
    const tokens = rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
    return { tokens, seconds: (performance.now() - start) / 1000 };
  };
  await run(2);
  const { tokens, seconds } = await run(newTokens);
  return {
    rate: tokens / seconds,
    note: `${tokens} tokens after ${numRows} × ${promptTokens} in ${seconds.toFixed(2)} s`,
  };
}

/** One optimiser step of PPO with LoRA on all projections; a token is one of the policy's sequences. */
async function update(decoder: Decoder, item: GpuItem, random: Random): Promise<GpuResult> {
  const { numRows, promptTokens, newTokens } = item;
  const { vocabSize } = decoder.config;
  const algorithm = resolveCompat(resolveConfig(algorithmSchema, [{ maxBatchTokens: 4096 }], []));
  const model = { ...await loadModelText(TEXT), name: "random weights", decoder };
  const policies = PolicySet.initialize(
    [{ model, temperature: 1, frozen: false, parameters: "shared" }],
    policySetOptions({ ...algorithm, turnGroups: "all", trainGroups: ["all"] }, 1),
    random.split("policies"),
  );
  const rows = Array.from({ length: numRows }, (_, row) => {
    const tokens = (count: number, what: string) =>
      randomTokens(count, { vocabSize, random: random.split(what, row) });
    const promptTokenIds = tokens(promptTokens, "prompt");
    return {
      question: String(row),
      sample: 0,
      agent: 0,
      turn: 0,
      reward: row / numRows,
      promptTokens: promptTokenIds,
      valuePromptTokens: promptTokenIds,
      tokens: tokens(newTokens, "response"),
    };
  });
  const times: number[] = [];
  await ppoUpdate([...policies.groups.values()][0]!, rows, {
    ...ppoOptionsOf({ ...algorithm, numPpoEpochs: 2, numMiniBatches: 1, learningRate: 1e-4 }, {
      maxNewTokens: newTokens,
      updates: { done: 0, total: 1 },
      random: random.split("ppo"),
    }),
    onStep: () => void times.push(performance.now()),
  });
  policies.dispose();
  const seconds = (times[1]! - times[0]!) / 1000;
  const tokens = numRows * (promptTokens + newTokens);
  return { rate: tokens / seconds, note: `${tokens} tokens in a step of ${seconds.toFixed(2)} s` };
}

function format(rate: number): string {
  return rate >= 0.1 ? rate.toFixed(1) : rate.toExponential(1);
}
