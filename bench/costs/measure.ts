/**
 * Time and memory of one update at given sizes.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import { type CpuBackend, startDevice } from "../../lib/device/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import { createDecoderConfig, Decoder, loadModelText } from "../../lib/models/mod.ts";
import { PolicySet, ppoUpdate } from "../../lib/rl/mod.ts";
import { algorithmSchema, policySetOptions, ppoOptionsOf } from "../../lib/training/mod.ts";
import { randomTokens } from "../support/decoders.ts";
import { loadArithmetic } from "../support/update_run.ts";
import type { UpdateSizes } from "./curves.ts";

/** Whose tokenizer the random decoders have: prompts are drawn as token ids, so that it is not used. */
const TEXT = "data/checkpoints/arithmetic/base";

/** What one update costs. */
export interface Cost {
  /** Seconds, the shorter of two measurements after a warm-up. */
  readonly seconds: number;
  /** Most bytes that tensors and the kernels' working memory held at once. */
  readonly peakBytes: number;
}

const QUESTIONS = 8, ROWS = 16, NEW_TOKENS = 16, REPETITIONS = 2;

/**
 * Measures on a fresh processor device.
 *
 * @param sizes Of the update.
 * @returns Its cost.
 */
export async function measureCost(sizes: UpdateSizes): Promise<Cost> {
  await startDevice("cpu");
  const update = await (sizes.context === null ? discussionUpdate(sizes) : answersUpdate(sizes));
  await update();
  let seconds = Infinity;
  for (let i = 0; i < REPETITIONS; i++) {
    const start = performance.now();
    await update();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  const { peakBytes } = (tf.backend() as unknown as CpuBackend).heap.stats;
  return { seconds, peakBytes };
}

/** Discussions of the arithmetic experiment's base model, scores and PPO. */
async function discussionUpdate({ agents, turns }: UpdateSizes): Promise<() => Promise<void>> {
  const arithmetic = await loadArithmetic([
    `discussion.numAgents=${agents}`,
    `discussion.numTurns=${turns}`,
    `algorithm.questionsPerUpdate=${QUESTIONS}`,
  ]);
  return async () => {
    const policies = arithmetic.freshPolicies();
    await arithmetic.update(policies, arithmetic.reward(await arithmetic.discuss(policies)));
    policies.dispose();
  };
}

/** Sampling one answer to each of some random prompts, and PPO on them. */
async function answersUpdate(sizes: UpdateSizes): Promise<() => Promise<void>> {
  const { width, layers, vocabulary } = sizes;
  const context = sizes.context!;
  const random = Random.fromSeed(0);
  const config = createDecoderConfig({
    vocabSize: vocabulary,
    hiddenSize: width,
    intermediateSize: 2.75 * width,
    numHiddenLayers: layers,
    numAttentionHeads: width / 32,
    tieWordEmbeddings: true,
    maxPositionEmbeddings: context + NEW_TOKENS,
    eosTokenId: 1,
    padTokenId: 0,
  });
  const decoder = Decoder.initialize(config, random.split("weights"));
  const model = { ...await loadModelText(TEXT), name: "random weights", decoder };
  const algorithm = resolveCompat(resolveConfig(algorithmSchema, [{}], []));
  const prompts = Array.from(
    { length: ROWS },
    (_, row) =>
      randomTokens(context, { vocabSize: vocabulary, random: random.split("prompt", row) }),
  );
  return async () => {
    const policies = PolicySet.initialize(
      [{ model, temperature: 1, frozen: false, parameters: "shared" }],
      policySetOptions({ ...algorithm, turnGroups: "all", trainGroups: ["all"] }, 1),
      random.split("policies"),
    );
    const [group] = policies.groups.values();
    const answers = await generate(decoder, prompts, {
      adapter: group!.policy,
      maxNewTokens: NEW_TOKENS,
      temperature: 1,
      topK: 0,
      topP: 1,
      randoms: prompts.map((_, row) => random.split("sampling", row)),
    });
    const rows = answers.map(({ tokens, logProbs }, row) => ({
      question: String(row),
      sample: 0,
      agent: 0,
      turn: 0,
      reward: row / ROWS,
      promptTokens: prompts[row]!,
      valuePromptTokens: prompts[row]!,
      tokens,
      sampledLogProbs: logProbs,
    }));
    await ppoUpdate(group!, rows, {
      ...ppoOptionsOf(algorithm, {
        maxNewTokens: NEW_TOKENS,
        updates: { done: 0, total: 1 },
        random: random.split("ppo"),
      }),
      learningRate: () => algorithm.learningRate,
      criticLearningRate: () => algorithm.learningRate,
    });
    policies.dispose();
  };
}
