/**
 * Settings of the pretraining experiment.
 *
 * @module
 */
import { z } from "zod";
import { taskSchema } from "../../lib/training/mod.ts";

const count = z.number().int().min(1);
const fraction = z.number().min(0).max(1);
/** A relative path begins where the user stands, a default in the project. */
const path = z.string().min(1).meta({ format: "path" });

/** Settings and their defaults: the committed base model is made with them and seed 0. */
export const pretrainSchema = z.strictObject({
  task: taskSchema.prefault({}).describe("the task"),
  model: z.strictObject({
    hiddenSize: count.default(128).describe("width D"),
    intermediateSize: count.default(320).describe("width of the gated MLP"),
    numHiddenLayers: count.default(4).describe("layers"),
    numAttentionHeads: count.default(4).describe("query heads"),
    numKeyValueHeads: count.default(4).describe("key and value heads"),
    initializerRange: z.number().positive().default(0.08)
      .describe("deviation of the initial weights"),
    maxPositionEmbeddings: count.default(1024).describe("longest sequence in tokens"),
  }).prefault({}).describe("size of the decoder"),
  corpus: z.strictObject({
    solutionSteps: z.number().int().min(0).default(400)
      .describe("steps of solutions alone, before discussions join"),
    batchSize: count.default(64).describe("sequences of a step"),
    discussionShare: fraction.default(0.7).describe("share of discussions after that"),
    agentChances: z.array(z.number().min(0)).min(1).default([0.25, 0.75])
      .describe("chances of 2, 3, 4 ... agents in a discussion"),
    numTurns: z.number().int().min(2).default(3).describe("turns of a discussion"),
    slipRate: fraction.default(0.2)
      .describe("chance that a step of a worked solution slips; sets the accuracy of one answer"),
  }).prefault({}).describe("what the model reads"),
  legs: z.array(count).min(1).default([2000, 3000])
    .describe(
      "optimiser steps at which the learning rate's cosine falls end; the last ends training",
    ),
  learningRate: z.number().positive().default(0.02)
    .describe("peak rate of Muon for the layers' matrices"),
  adamRatio: z.number().positive().default(0.15)
    .describe("rate of AdamW for everything else, as a multiple of learningRate"),
  warmupSteps: z.number().int().min(0).default(100).describe("steps of linear warm-up"),
  weightDecay: z.number().min(0).default(0.05).describe("decoupled, per unit of learning rate"),
  maxGradNorm: z.number().positive().default(1).describe("global gradient norm, clipped above"),
  maxBatchTokens: count.default(8192).describe("tokens of one micro-batch; bounds memory only"),
  gradientCheckpointing: z.boolean().default(false)
    .describe("compute each layer again in the backward pass; about 40 % slower, far less memory"),
  evaluateEvery: count.default(400).describe("steps between evaluations"),
  evaluationQuestions: count.default(256).describe("validation questions of an evaluation"),
  checkpointEvery: count.default(200).describe("steps between checkpoints"),
  saveTo: path.nullable().default(null)
    .describe("folder for the finished model besides the run's own; null = none"),
}).superRefine(({ model }, issues) => {
  const { hiddenSize, numAttentionHeads, numKeyValueHeads } = model;
  const refuse = (key: string, message: string) =>
    issues.addIssue({ code: "custom", path: ["model", key], message });
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
});

/** Resolved settings of {@linkcode pretrainSchema}. */
export type PretrainConfig = z.output<typeof pretrainSchema>;
