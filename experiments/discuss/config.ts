/**
 * Settings of discussions off the shelf.
 *
 * @module
 */
import { z } from "zod";
import { isWebAddress, resolveCompat } from "../../lib/core/mod.ts";
import { between, compat, count, countOrNone, path } from "../../lib/core/option_types.ts";
import { MIN_RESAMPLES } from "../../lib/evaluation/resamples.ts";
import type { Experiment } from "../../lib/tracking/mod.ts";
import {
  algorithmSchema,
  baseDtypeSchema,
  discussionSchema,
  type EvaluatedConfig,
  rewardSchema,
  type RoundsConfig,
  type RunPartsConfig,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { answerTokensOf, pathsOfTask, taskSchema } from "../../lib/worlds/mod.ts";

const MAX_QUESTIONS = 100_000;

const serverSchema = z.strictObject({
  model: z.string().min(1).max(500).nullable().default(null)
    .describe("name of the model at the server; null = the only one that it has"),
  apiKeyEnv: z.string().regex(/^[A-Za-z_]\w{0,99}$/, "must be the name of a variable").nullable()
    .default(null)
    .describe(
      "environment variable with the key, such as MAPORL_API_KEY; null = none, but for https://api.openai.com " +
        "OPENAI_API_KEY, if it is set",
    ),
  maxConcurrency: count(1000).default(16).describe("most requests at a time"),
  timeoutSeconds: between(0.1, 86_400).default(600)
    .describe("seconds from a request to the last byte of its reply"),
  maxRetries: countOrNone(100).default(4)
    .describe("tries after the first where another may succeed: after 429, 5xx, a cut connection"),
  stop: z.array(z.string().min(1).max(100)).min(1).max(4).nullable().default(null)
    .describe("texts before which an answer ends; null = none"),
  logprobs: z.boolean().default(true)
    .describe("ask for log-probabilities, which some servers refuse"),
});

/** Resolved settings of a model behind a server. */
export type ServerConfig = z.output<typeof serverSchema>;

/** Settings and their defaults. */
export const discussSchema = z.strictObject({
  compat,
  model: path.describe(
    "the model of all agents: a folder in Hugging Face's format, a GGUF file, a .bin file of llama2.c, or the " +
      "address of a server that speaks OpenAI's protocol, such as http://localhost:8000/v1 (deno task remote)",
  ),
  baseDtype: baseDtypeSchema,
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
  server: serverSchema.nullable().default(null)
    .describe("how a model behind an address is asked; null = as below"),
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
}).transform((config) => {
  const server = isWebAddress(config.model)
    ? config.server ?? serverSchema.parse({})
    : config.server;
  return { ...resolveCompat(config), server };
});

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
    baseDtype: config.baseDtype,
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
  changeable: [
    "limit",
    "resamples",
    ...["apiKeyEnv", "maxConcurrency", "timeoutSeconds", "maxRetries"].map((key) =>
      `server.${key}`
    ),
  ],
  readsFrom: ({ model, verifier, task }: DiscussConfig) => [
    ...(isWebAddress(model) ? [] : [model]),
    ...(verifier.kind === "trained" ? [verifier.path] : []),
    ...pathsOfTask(task),
  ],
} satisfies Partial<Experiment<DiscussConfig>>;
