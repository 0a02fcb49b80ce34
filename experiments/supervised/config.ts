/**
 * Settings of supervised training on the base model's own best answers, or on demonstrations.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import { between, compat, count, path } from "../../lib/core/option_types.ts";
import {
  algorithmSchema,
  baseDtypeSchema,
  checkEffects,
  discussionSchema,
  evaluationSchema,
  rewardSchema,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { taskSchema } from "../../lib/worlds/mod.ts";

const MAX_TOKENS = 1_000_000_000;

const imitationSchema = z.strictObject({
  what: z.enum(["discussions", "single_answers", "demonstrations"]).default("discussions").describe(
    "what is trained on: of the base model's own samples whole discussions, or single answers to the bare " +
      "question, sampled as often; or solutions and discussions that the task demonstrates",
  ),
  questions: count(100_000).default(1024).describe(
    "questions that the base model answers, or that are demonstrated, a solution or a discussion each",
  ),
  keep: between(1e-6, 1).default(0.1).describe(
    "share of the model's own samples that is trained on at most",
  ),
  discussionShare: between(0, 1).default(0.5).describe("share of demonstrations that discuss"),
  trainedTokens: count(MAX_TOKENS).default(40_000).describe(
    "tokens of answers that optimiser steps are taken on, in as many passes as that takes",
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
  baseDtype: baseDtypeSchema,
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
  saveModel: z.boolean().default(false).describe(
    "whether the trained model, with its adapter merged, is kept in the run's folder as model, for others to begin with",
  ),
}).superRefine(({ imitation, discussion }, issues) => {
  const isShown = imitation.what === "demonstrations";
  checkEffects({ imitation }, {
    rules: [{
      path: "imitation.keep",
      because: () => isShown ? "on demonstrations, all of which are trained on" : undefined,
    }, {
      path: "imitation.discussionShare",
      because: () => isShown ? undefined : "without imitation.what demonstrations",
    }],
    defaults: { imitation: imitationSchema.parse({}) },
  }, issues);
  const discusses = isShown && imitation.discussionShare > 0;
  if (discusses && (discussion.numAgents < 2 || discussion.numTurns < 2)) {
    issues.addIssue({
      code: "custom",
      path: ["imitation", "discussionShare"],
      message: "must be 0 with one agent or one turn, which discuss nothing",
    });
  }
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
