/**
 * Settings of verifier training.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import { between, compat, count, path } from "../../lib/core/option_types.ts";
import {
  baseDtypeSchema,
  checkEffects,
  MAX_AGENTS,
  MAX_TURNS,
  samplingSchema,
} from "../../lib/training/mod.ts";
import { taskSchema } from "../../lib/worlds/mod.ts";

const loraSchema = z.strictObject({
  r: z.number().int().min(0).max(4096).default(0).describe(
    "rank; 0 = the base model's states as they are",
  ),
  alpha: between(0.001, 1e5).default(32).describe("scale = alpha / r"),
});

const discussionSchema = z.strictObject({
  numAgents: count(MAX_AGENTS).default(1).describe("agents of a discussion"),
  numTurns: count(MAX_TURNS).default(1)
    .describe("its turns; verdicts that are read in it are an oracle's"),
});

/** Settings and their defaults: the committed verifier is made with them and seed 0. */
export const trainVerifierSchema = z.strictObject({
  compat,
  task: taskSchema.prefault({ name: "arithmetic" }).describe("the task"),
  base: path.default("data/checkpoints/arithmetic/base")
    .describe("folder of the base model: what is sampled and what the verifier is built on"),
  baseDtype: baseDtypeSchema,
  sampling: samplingSchema.prefault({}).describe("how the base model answers"),
  questions: count(100_000).default(1000).describe("questions that are answered for training"),
  samplesPerQuestion: count(1000).default(6).describe("answers, or discussions, of each"),
  discussion: discussionSchema.prefault({}).describe("whose answers are taken"),
  balance: z.enum(["question", "overall", "none"]).default("question").describe(
    "right and wrong answers are equally many of each question, so that the verifier cannot go by how hard it is, " +
      "or in all, so that it can; none = as they were sampled",
  ),
  perClass: count(1000).default(4)
    .describe("most right and most wrong answers kept of a question, equally many of both"),
  heldOutQuestions: z.number().int().min(2).max(100_000).default(400)
    .describe("validation questions; half calibrate, half are reported on"),
  lora: loraSchema.prefault({}).describe(
    "adapter on all projections; the head alone suffices here",
  ),
  tokens: z.enum(["all", "latter_half", "last"]).default("latter_half")
    .describe("answer tokens that count; the paper found the latter half best"),
  epochs: count(1000).default(3).describe("passes over the answers"),
  batchSize: count(65_536).default(64).describe("answers of an optimiser step"),
  learningRate: between(1e-9, 10).default(1e-2).describe("peak learning rate of AdamW"),
  warmupSteps: z.number().int().min(0).max(10_000_000).default(20).describe(
    "steps of linear warm-up",
  ),
  maxGradNorm: between(1e-6, 1e9).default(1).describe("global gradient norm, clipped above"),
  maxBatchTokens: count(10_000_000).default(8192).describe(
    "tokens of one micro-batch; bounds memory only",
  ),
  saveTo: path.nullable().default(null)
    .describe("folder for the finished verifier besides the run's own; null = none"),
}).superRefine((config, issues) => {
  const { questions, discussion, perClass, epochs, batchSize, warmupSteps } = config;
  const { samplesPerQuestion } = config;
  const refuse = (key: string, message: string) =>
    issues.addIssue({ code: "custom", path: key.split("."), message });
  if (samplesPerQuestion > 1 && config.sampling.temperature === 0) {
    refuse(
      "sampling.temperature",
      `must be above 0 with samplesPerQuestion ${samplesPerQuestion}: greedy answers are all alike`,
    );
  }
  checkEffects(config, {
    rules: [{
      path: "perClass",
      because: ({ balance }) =>
        balance === "question" ? undefined : `with balance ${balance}, which keeps all it can`,
    }, {
      path: "lora.alpha",
      because: ({ lora }) => lora.r === 0 ? "with lora.r 0, which is no adapter" : undefined,
    }, {
      path: "sampling.prefixMegabytes",
      because: () => "on training a verifier, which keeps nothing from turn to turn",
    }],
    defaults: { perClass: 4, lora: loraSchema.parse({}), sampling: samplingSchema.parse({}) },
  }, issues);
  const numAnswers = samplesPerQuestion * discussion.numAgents * discussion.numTurns;
  const mostAnswers = questions *
    Math.min(numAnswers, config.balance === "question" ? 2 * perClass : numAnswers);
  const mostSteps = epochs * Math.ceil(mostAnswers / batchSize);
  if (warmupSteps > mostSteps) {
    refuse(
      "warmupSteps",
      `must not exceed the steps that questions, epochs and batchSize make, ${mostSteps} at most`,
    );
  }
}).transform((config) => resolveCompat(config));

/** Resolved settings of {@linkcode trainVerifierSchema}. */
export type TrainVerifierConfig = z.output<typeof trainVerifierSchema>;
