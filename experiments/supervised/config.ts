/**
 * Settings of supervised training on the base model's own best answers.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import { between, compat, count, path } from "../../lib/core/option_types.ts";
import {
  algorithmSchema,
  discussionSchema,
  evaluationSchema,
  rewardSchema,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { taskSchema } from "../../lib/worlds/mod.ts";

const MAX_TOKENS = 1_000_000_000;

const imitationSchema = z.strictObject({
  what: z.enum(["discussions", "single_answers"]).default("discussions").describe(
    "what is chosen: whole discussions, or single answers to the bare question, sampled as often",
  ),
  questions: count(100_000).default(1024).describe("questions that the base model answers"),
  keep: between(1e-6, 1).default(0.1).describe("share of them that is trained on at most"),
  trainedTokens: count(MAX_TOKENS).default(40_000).describe(
    "sampled tokens that optimiser steps are taken on, in as many passes as that takes",
  ),
  updates: count(1_000_000).default(8).describe(
    "parts that training is cut into, with a checkpoint after each",
  ),
  batchSize: count(65_536).default(64).describe("answers of an optimiser step"),
  learningRate: between(1e-9, 10).default(1e-3).describe("peak learning rate of AdamW"),
  warmupSteps: z.number().int().min(0).max(10_000_000).default(4).describe(
    "steps of linear warm-up; then half a cosine falls to a tenth",
  ),
  maxGradNorm: between(1e-6, 1e9).default(1).describe("global gradient norm, clipped above"),
  loraR: count(4096).default(16).describe("LoRA rank"),
  loraAlpha: between(0.001, 1e5).default(32).describe("LoRA scale = alpha / r"),
  maxBatchTokens: count(10_000_000).default(16_384).describe(
    "tokens of one micro-batch; bounds memory only",
  ),
});

/** Settings and their defaults. */
export const supervisedSchema = z.strictObject({
  compat,
  task: taskSchema.prefault({ name: "arithmetic" }).describe("the task"),
  base: path.default("data/checkpoints/arithmetic/base").describe("folder of the base model"),
  verifier: z.strictObject({
    kind: z.enum(["trained", "oracle"]).default("trained")
      .describe("trained verifier, or the oracle that knows the gold answers"),
    path: path.default("data/checkpoints/arithmetic/verifier")
      .describe("folder of the trained verifier"),
  }).prefault({}).describe("who scores the answers"),
  sampling: samplingSchema.prefault({}).describe("how agents sample"),
  discussion: discussionSchema.prefault({}).describe("who discusses, and what they see"),
  imitation: imitationSchema.prefault({}).describe("what is chosen, and how it is trained on"),
  evaluation: evaluationSchema.prefault({}).describe("held-out evaluation"),
  checkpointEvery: count(1_000_000).default(1).describe("updates between checkpoints"),
}).transform((config) => resolveCompat(config));

/** Resolved settings of {@linkcode supervisedSchema}. */
export type SupervisedConfig = z.output<typeof supervisedSchema>;

/**
 * The settings in the form in which the library's parts of a run read them: one adapter for all agents at all turns,
 * no critic.
 *
 * @param config The run's settings.
 * @returns They, with what supervised training leaves open as the method has it by default.
 */
export function asMethod(config: SupervisedConfig) {
  const { updates, learningRate, warmupSteps, loraR, loraAlpha } = config.imitation;
  return resolveCompat({
    ...config,
    seats: null,
    reward: rewardSchema.parse({}),
    algorithm: {
      ...algorithmSchema.parse({}),
      ...{ updates, learningRate, warmupSteps, loraR, loraAlpha },
      turnGroups: "all" as const,
      trainGroups: ["all"],
      vfCoef: 0,
    },
  });
}
