/**
 * Settings of the pretraining experiment.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import {
  between,
  compat,
  count,
  countOrNone,
  fraction,
  path,
} from "../../lib/core/option_types.ts";
import { checkEffects } from "../../lib/training/mod.ts";
import { PROBE_AGENTS, smallWorldSchema } from "../../lib/worlds/small_world/mod.ts";

const MAX_STEPS = 10_000_000;

const corpusSchema = z.strictObject({
  solutionSteps: countOrNone(MAX_STEPS).default(400)
    .describe("steps of solutions alone, before discussions join"),
  batchSize: count(65_536).default(64).describe("sequences of a step"),
  discussionShare: fraction.default(0.7).describe("share of discussions after that"),
  agentChances: z.array(between(0, 1e6)).min(1).max(8).default([0.25, 0.75])
    .describe("chances of 2, 3, 4 ... agents in a discussion"),
  numTurns: z.number().int().min(2).max(100).default(3).describe("turns of a discussion"),
  aloneShare: fraction.default(0)
    .describe("share of discussions in which agents read their own answers alone"),
  slipRate: fraction.default(0.2)
    .describe("chance that a step of a worked solution slips; sets the accuracy of one answer"),
});

/** Settings that only training reads. */
const trainingShape = {
  tokenizer: z.enum(["words", "pieces"]).default("words").describe(
    "the model's vocabulary: whole words, or stems and endings with ids of their own",
  ),
  model: z.strictObject({
    hiddenSize: count(16_384).default(128).describe("width D"),
    intermediateSize: count(65_536).default(320).describe("width of the gated MLP"),
    numHiddenLayers: count(200).default(4).describe("layers"),
    numAttentionHeads: count(256).default(4).describe("query heads"),
    numKeyValueHeads: count(256).default(4).describe("key and value heads"),
    initializerRange: between(1e-6, 10).default(0.08)
      .describe("deviation of the initial weights"),
    maxPositionEmbeddings: count(131_072).default(1024).describe("longest sequence in tokens"),
  }).prefault({}).describe("size of the decoder"),
  legs: z.array(count(MAX_STEPS)).min(1).max(100).default([2000, 3000])
    .describe(
      "optimiser steps at which the learning rate's cosine falls end, rising; the last ends training",
    ),
  learningRate: between(1e-9, 10).default(0.02)
    .describe("peak rate of Muon for the layers' matrices"),
  adamRatio: between(1e-6, 1e4).default(0.15)
    .describe("rate of AdamW for everything else, as a multiple of learningRate"),
  warmupSteps: countOrNone(MAX_STEPS).default(100).describe("steps of linear warm-up"),
  weightDecay: between(0, 10).default(0.05).describe("decoupled, per unit of learning rate"),
  maxGradNorm: between(1e-6, 1e9).default(1).describe("global gradient norm, clipped above"),
  maxBatchTokens: count(10_000_000).default(8192).describe(
    "tokens of one micro-batch; bounds memory only",
  ),
  gradientCheckpointing: z.boolean().default(false)
    .describe("compute each layer again in the backward pass; about 40 % slower, far less memory"),
  evaluateEvery: count(MAX_STEPS).default(400).describe("steps between evaluations"),
  checkpointEvery: count(MAX_STEPS).default(200).describe("steps between checkpoints"),
  saveTo: path.nullable().default(null)
    .describe("folder for the finished model besides the run's own; null = none"),
};

const TRAINING_ONLY = [
  ...Object.keys(trainingShape),
  ...["solutionSteps", "batchSize", "discussionShare", "agentChances", "aloneShare"]
    .map((key) => `corpus.${key}`),
];

/** Settings and their defaults: the committed base model is made with them and seed 0. */
export const pretrainSchema = z.strictObject({
  compat,
  task: smallWorldSchema.prefault({ name: "arithmetic" }).describe("the task"),
  measure: path.nullable().default(null).describe(
    "folder of a finished model to evaluate instead of training one; null = train",
  ),
  corpus: corpusSchema.prefault({}).describe("what the model reads"),
  ...trainingShape,
  evaluationQuestions: count(100_000).default(256).describe(
    "validation questions of an evaluation",
  ),
  evaluationTemperature: z.union([z.literal(0), between(0.001, 2)]).default(0.7).describe(
    "softmax temperature of the evaluated answers; 0 = greedy",
  ),
  evaluationAgents: z.array(z.int().min(2).max(9)).max(8).default([PROBE_AGENTS])
    .describe(
      "numbers of agents in the evaluated discussions, each by itself; [] = single answers",
    ),
}).superRefine((config, issues) => {
  const { model, corpus, legs, warmupSteps } = config;
  checkEffects(config, {
    rules: [
      {
        path: "corpus.agentChances",
        because: ({ corpus }) =>
          corpus.discussionShare === 0
            ? "with corpus.discussionShare 0, which leaves out discussions"
            : undefined,
      },
      {
        path: "corpus.aloneShare",
        because: ({ corpus }) =>
          corpus.discussionShare === 0
            ? "with corpus.discussionShare 0, which leaves out discussions"
            : undefined,
      },
      {
        path: "corpus.slipRate",
        because: ({ task: { name } }) =>
          name === "hidden_profile" || name === "closed_book"
            ? `with task.name ${name}, whose errors are unknown facts`
            : undefined,
      },
      ...TRAINING_ONLY.map((path) => ({
        path,
        because: ({ measure }: typeof config) =>
          measure === null ? undefined : "with measure, which trains nothing",
      })),
    ],
    defaults: { ...z.strictObject(trainingShape).parse({}), corpus: corpusSchema.parse({}) },
  }, issues);
  const { hiddenSize, numAttentionHeads, numKeyValueHeads } = model;
  const refuseAt = (path: string[], message: string) =>
    issues.addIssue({ code: "custom", path, message });
  const refuse = (key: string, message: string) => refuseAt(["model", key], message);
  const fall = legs.findIndex((end, i) => end <= (legs[i - 1] ?? 0));
  if (fall > 0) refuseAt(["legs"], `must rise: ${legs[fall]} follows ${legs[fall - 1]}`);
  if (warmupSteps > legs[0]!) {
    refuseAt(["warmupSteps"], `must not exceed the first of legs, ${legs[0]}`);
  }
  if (corpus.agentChances.every((chance) => chance === 0)) {
    refuseAt(["corpus", "agentChances"], "must not all be 0, or no number of agents is drawn");
  }
  const headDim = hiddenSize / numAttentionHeads;
  if (!Number.isInteger(headDim)) {
    refuse("numAttentionHeads", `must divide model.hiddenSize, ${hiddenSize}`);
  } else if (headDim % 2 !== 0) {
    refuse(
      "numAttentionHeads",
      `must leave heads of even width, as halves are rotated: ${headDim}`,
    );
  }
  if (numAttentionHeads % numKeyValueHeads !== 0) {
    refuse("numKeyValueHeads", `must divide model.numAttentionHeads, ${numAttentionHeads}`);
  }
}).transform((config) => resolveCompat(config));

/** Resolved settings of {@linkcode pretrainSchema}. */
export type PretrainConfig = z.output<typeof pretrainSchema>;
