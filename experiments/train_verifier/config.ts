/**
 * Settings of verifier training.
 *
 * @module
 */
import { z } from "zod";
import { samplingSchema, taskSchema } from "../../lib/training/mod.ts";

const count = z.number().int().min(1);
/** A relative path begins where the user stands, a default in the project. */
const path = z.string().min(1).meta({ format: "path" });

/** Settings and their defaults: the committed verifier is made with them and seed 0. */
export const trainVerifierSchema = z.strictObject({
  task: taskSchema.prefault({}).describe("the task"),
  base: path.default("data/checkpoints/arithmetic/base")
    .describe("folder of the base model: what is sampled and what the verifier is built on"),
  sampling: samplingSchema.prefault({}).describe("how the base model answers"),
  questions: count.default(1000).describe("questions that are answered for training"),
  samplesPerQuestion: count.default(6).describe("answers of each"),
  perClass: count.default(4)
    .describe("most right and most wrong answers kept of a question, equally many of both"),
  heldOutQuestions: z.number().int().min(2).default(400)
    .describe("validation questions; half calibrate, half are reported on"),
  lora: z.strictObject({
    r: z.number().int().min(0).default(0).describe("rank; 0 = the base model's states as they are"),
    alpha: z.number().positive().default(32).describe("scale = alpha / r"),
  }).prefault({}).describe("adapter on all projections; the head alone suffices here"),
  tokens: z.enum(["all", "latter_half", "last"]).default("latter_half")
    .describe("answer tokens that count; the paper found the latter half best"),
  epochs: count.default(3).describe("passes over the answers"),
  batchSize: count.default(64).describe("answers of an optimiser step"),
  learningRate: z.number().positive().default(1e-2).describe("peak learning rate of AdamW"),
  warmupSteps: z.number().int().min(0).default(20).describe("steps of linear warm-up"),
  maxGradNorm: z.number().positive().default(1).describe("global gradient norm, clipped above"),
  maxBatchTokens: count.default(8192).describe("tokens of one micro-batch; bounds memory only"),
  saveTo: path.nullable().default(null)
    .describe("folder for the finished verifier besides the run's own; null = none"),
});

/** Resolved settings of {@linkcode trainVerifierSchema}. */
export type TrainVerifierConfig = z.output<typeof trainVerifierSchema>;
