import { answerColumns, costColumns } from "./answer_columns.ts";
import type { Columns, RowOf } from "./columns.ts";
import type { Small } from "./small_columns.ts";

/** Columns of `answers.parquet`: one row per (update, question, agent, turn) of training. */
export const answersColumns = {
  update: { type: "int", unit: "from 0", meaning: "update that the answer was sampled for" },
  ...answerColumns,
  turnGroup: { type: "text", unit: "", meaning: "turn group of its turn" },
  trained: { type: "bool", unit: "", meaning: "whether its tokens are trained on" },
  promptTokens: { type: "ints", unit: "token ids", meaning: "the prompt as the model saw it" },
  responseTokens: { type: "ints", unit: "token ids", meaning: "the response as it was sampled" },
  logProbs: {
    type: "floats",
    unit: "nats",
    meaning: "log-probability of each response token when sampled",
  },
  penalties: {
    type: "text",
    unit: "",
    meaning: "kinds of penalties, joined by commas; often none",
  },
  scoreReward: {
    type: "float",
    unit: "reward",
    meaning: "scores aggregated over agents and turns",
  },
  penaltyReward: { type: "float", unit: "reward", meaning: "what penalties change in it" },
  ownRevisionReward: {
    type: "float",
    unit: "reward",
    meaning: "incentive for revising the own answer",
  },
  influenceReward: { type: "float", unit: "reward", meaning: "incentive for moving the others" },
  reward: {
    type: "float",
    unit: "reward",
    meaning: "sum of the four parts, given at the last token",
  },
  kl: {
    type: "float",
    unit: "nats per response",
    meaning: "log-probability of the response minus the base model's; empty when not trained on",
    nullable: true,
  },
} as const satisfies Columns;

/** Columns of `updates.parquet`: one row per (update, turn group, parameters). */
export const updatesColumns = {
  update: { type: "int", unit: "from 0", meaning: "index of the update" },
  parameters: {
    type: "text",
    unit: "",
    meaning: "name of the parameters, which seats may share: shared, agent_1",
  },
  turnGroup: { type: "text", unit: "", meaning: "turn group of the parameters" },
  agent: {
    type: "int",
    unit: "from 0",
    meaning: "agent of the parameters; empty when several share them",
    nullable: true,
  },
  numAnswers: { type: "int", unit: "answers", meaning: "answers trained on" },
  numTokens: { type: "int", unit: "tokens", meaning: "response tokens trained on" },
  numSteps: { type: "int", unit: "steps", meaning: "optimiser steps of the policy" },
  paddedShare: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "tokens of the optimisation's batches that are padding",
  },
  maxBatchTokens: {
    type: "int",
    unit: "tokens",
    meaning: "most tokens of a micro-batch, as set or as algorithm.memoryBudget allows",
  },
  predictedPeak: {
    type: "float",
    unit: "MiB",
    meaning: "peak memory of the update, weights included, as predicted before it",
  },
  measuredPeak: {
    type: "float",
    unit: "MiB",
    meaning: "the same as measured; empty where the device does not tell",
    nullable: true,
  },
  lr: { type: "float", unit: "per step", meaning: "learning rate of the policy at the last step" },
  policyLoss: {
    type: "float",
    unit: "advantages",
    meaning: "clipped policy loss, mean over mini-batches",
  },
  valueLoss: {
    type: "float",
    unit: "squared reward",
    meaning: "value loss before its weight, mean over mini-batches; empty without a critic",
    nullable: true,
  },
  approxKl: {
    type: "float",
    unit: "nats per token",
    meaning: "distance of new from old policy, mean of ratio - 1 - log ratio",
  },
  clipFrac: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "tokens whose ratio left the clip range",
  },
  valueClipFrac: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "states whose value left the clip range; empty without a critic",
    nullable: true,
  },
  samplingError: {
    type: "float",
    unit: "nats",
    meaning:
      "largest distance of a token's log-probability from when it was sampled; rounding only says that what was sampled is trained on",
  },
  ratioError: {
    type: "float",
    unit: "ratio",
    meaning: "largest distance of the ratio from 1 in the first mini-batch",
  },
  entropy: { type: "float", unit: "nats per token", meaning: "mean entropy of the policy" },
  explainedVariance: {
    type: "float",
    unit: "at most 1",
    meaning:
      "share of the variance of the discounted token rewards to come that the values explain; empty when these do not vary, or without a critic",
    nullable: true,
  },
  gradNorm: {
    type: "float",
    unit: "loss per parameter",
    meaning: "mean norm of the policy's gradient before clipping",
  },
  valueGradNorm: {
    type: "float",
    unit: "loss per parameter",
    meaning:
      "mean norm of the value loss's gradient, weighted by vfCoef, before clipping; empty without a critic",
    nullable: true,
  },
  refKl: {
    type: "float",
    unit: "nats per response",
    meaning: "mean distance from the base model before the update",
  },
  meanReward: { type: "float", unit: "reward", meaning: "mean reward of the answers" },
  meanScore: {
    type: "float",
    unit: "probability in [0, 1]",
    meaning: "mean score before penalties",
  },
  accuracy: { type: "float", unit: "share in [0, 1]", meaning: "answers that are right" },
  invalidRate: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "answers from which none could be extracted",
  },
  penaltyRate: { type: "float", unit: "share in [0, 1]", meaning: "answers with a penalty" },
  meanResponseLength: { type: "float", unit: "tokens", meaning: "mean length of the responses" },
  rolloutAnswers: {
    type: "int",
    unit: "answers",
    meaning: "answers of the whole update's discussions, trained on or not",
  },
  rolloutTokens: {
    type: "int",
    unit: "tokens",
    meaning: "tokens that these answers sampled",
  },
  rolloutComputedTokens: {
    type: "int",
    unit: "tokens",
    meaning: "these and the tokens of prompts that were computed and not copied",
  },
  rolloutFlops: {
    type: "float",
    unit: "operations",
    meaning: "floating-point operations of the forward passes over them; scoring is not counted",
  },
  rolloutSeconds: {
    type: "float",
    unit: "s",
    meaning: "time of the whole update's discussions and scores",
  },
  rolloutTokensPerSecond: {
    type: "float",
    unit: "tokens per s",
    meaning: "response tokens of the whole update by the time that generating them took",
  },
  rolloutPaddedFraction: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "positions of prompts that were computed and are padding",
  },
  rolloutReusedFraction: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "tokens of prompts whose keys and values were copied instead of computed",
  },
  updateSeconds: {
    type: "float",
    unit: "s",
    meaning: "time of the optimisation of these parameters",
  },
  updateFlops: {
    type: "float",
    unit: "operations",
    meaning:
      "floating-point operations of the optimisation: passes forward and back of policy and critic, and what " +
      "they and the base model say before it; adapters and layers computed again are not counted",
  },
} as const satisfies Columns;

/** Columns of `evaluations.parquet`: one row per (evaluation, model, question, agent, turn). */
export const evaluationsColumns = {
  evaluation: {
    type: "text",
    unit: "",
    meaning:
      "split of its questions: evaluation.split before and after training, validation meanwhile",
  },
  model: {
    type: "text",
    unit: "",
    meaning:
      "model that answered, such as off-the-shelf or MAPoRL; before training where seats begin with trained parameters",
  },
  update: { type: "int", unit: "updates", meaning: "updates that the model had been trained for" },
  ...answerColumns,
  ...costColumns,
} as const satisfies Columns;

/**
 * Columns of `baselines.parquet`, answers without discussion to the same questions: one row per (model,
 * method, question, sample, agent, turn).
 */
export const baselinesColumns = {
  method: {
    type: "text",
    unit: "",
    meaning:
      "how it was answered: sampled, greedy, temperature_0.7, parameters_of_rest (a first answer by what that turn group has learnt), or self_refinement, over turns with the own verdicts alone",
  },
  ...evaluationsColumns,
} as const satisfies Columns;

/** The frames of a run: columns by the frames' names. */
export const runSchemas = {
  answers: answersColumns,
  updates: updatesColumns,
  evaluations: evaluationsColumns,
  baselines: baselinesColumns,
};

/** A row of `answers.parquet`. */
export type AnswersRow = RowOf<typeof answersColumns>;
/** A row of `updates.parquet`. */
export type UpdatesRow = RowOf<typeof updatesColumns>;
/** A row of `evaluations.parquet`. */
export type EvaluationsRow = RowOf<typeof evaluationsColumns>;
/** A row of `evaluations.parquet` without its texts: what tables are made from. */
export type EvaluatedRow = Small<EvaluationsRow>;
/** A row of `baselines.parquet`. */
export type BaselinesRow = RowOf<typeof baselinesColumns>;
/** A row of `baselines.parquet` without its texts. */
export type BaselineRow = Small<BaselinesRow>;
