/**
 * Settings of discussions off the shelf.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import { compat, count, path } from "../../lib/core/option_types.ts";
import { MIN_RESAMPLES } from "../../lib/evaluation/resamples.ts";
import type { Experiment } from "../../lib/tracking/mod.ts";
import {
  algorithmSchema,
  discussionSchema,
  type EvaluatedConfig,
  rewardSchema,
  type RoundsConfig,
  type RunPartsConfig,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { answerTokensOf, pathsOfTask, taskSchema } from "../../lib/worlds/mod.ts";

const MAX_QUESTIONS = 100_000;

/** Settings and their defaults. */
export const discussSchema = z.strictObject({
  compat,
  model: path.describe(
    "the model of all agents: a folder in Hugging Face's format, a GGUF file, or a .bin file of llama2.c",
  ),
  task: taskSchema.prefault({ name: "gsm8k" }).describe("the task"),
  split: z.string().regex(/^\w+$/, "must be a word of letters, digits and _").default("test")
    .describe("which of its questions are asked"),
  limit: count(MAX_QUESTIONS).default(20).describe("questions, from the first on"),
  verifier: z.strictObject({
    kind: z.enum(["trained", "oracle"]).default("oracle")
      .describe("trained verifier, or the oracle that knows the gold answers"),
    path: path.default("data/checkpoints/arithmetic/verifier")
      .describe("folder of the trained verifier"),
  }).prefault({}).describe("who scores the answers"),
  sampling: samplingSchema.extend({
    maxNewTokens: count(MAX_QUESTIONS).nullable().default(null)
      .describe("most tokens of an answer; null = as many as answers of the task take"),
  }).prefault({ temperature: 0.7 }).describe("how agents sample"),
  discussion: discussionSchema.omit({ numSamples: true }).extend({
    showScores: z.boolean().default(false)
      .describe("agents see the verdicts on all answers; an oracle's tell them who is right"),
  }).prefault({}).describe("who discusses, and what they see"),
  questionsAtOnce: count(MAX_QUESTIONS).default(16)
    .describe("questions that are discussed side by side, and saved before the next ones"),
  resamples: count(MAX_QUESTIONS).min(MIN_RESAMPLES).default(2000)
    .describe("bootstrap resamples over questions"),
}).transform((config) => resolveCompat(config));

/** Resolved settings of {@linkcode discussSchema}. */
export type DiscussConfig = z.output<typeof discussSchema>;

/**
 * The same as settings of a run that trains nothing, as the library's parts take them.
 *
 * @param config The settings.
 * @returns One model and one scorer for all agents, answers as long as the task wants, no update.
 */
export function untrainedRun(
  config: DiscussConfig,
): RunPartsConfig & EvaluatedConfig & RoundsConfig {
  const { compat, model: base, task, verifier, sampling, resamples, limit: numQuestions } = config;
  return {
    ...resolveCompat({
      compat,
      algorithm: algorithmSchema.parse({ updates: 0 }),
      reward: rewardSchema.parse({}),
    }),
    base,
    task,
    verifier,
    seats: null,
    sampling: { ...sampling, maxNewTokens: sampling.maxNewTokens ?? answerTokensOf(task) },
    discussion: { ...config.discussion, numSamples: 1 },
    evaluation: {
      compat,
      task: null,
      split: "test",
      numQuestions,
      numAgents: null,
      numTurns: null,
      resamples,
      every: 0,
      baselines: { maxAnswers: 0 },
    },
  };
}

/** What the experiment says of its settings. */
export const discussSettings = {
  schema: discussSchema,
  flags: { model: "model", task: "task.name", limit: "limit" },
  changeable: ["limit", "resamples"],
  readsFrom: ({ model, verifier, task }: DiscussConfig) => [
    model,
    ...(verifier.kind === "trained" ? [verifier.path] : []),
    ...pathsOfTask(task),
  ],
} satisfies Partial<Experiment<DiscussConfig>>;
