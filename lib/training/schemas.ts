/**
 * Configuration schemas that experiments compose. Every field has its default, unit and meaning here
 * and nowhere else, so that `--help`, validation, the resolved config of a run and its type agree.
 *
 * @module
 */
import { z } from "zod";
import {
  between,
  compatOf,
  count,
  countOrNone,
  fraction,
  temperature,
} from "../core/option_types.ts";
import type { OutputOf, WithCompat } from "../core/mod.ts";
import { MIN_RESAMPLES } from "../evaluation/resamples.ts";
import { taskSchema } from "../worlds/mod.ts";
import { creditSchema } from "./credit_schema.ts";

/** 1 − beta must stay apart from 0. */
const beta = z.number().min(0).max(0.99999);
/** Something must lie above it. */
const fractionBelowOne = z.number().min(0).lt(1);
const weight = z.number().min(0).max(1e4);
const MAX_TOKENS = 100_000;
/** Most agents of a discussion; a format may have names for fewer. */
export const MAX_AGENTS = 100;
/** Most turns of a discussion. */
export const MAX_TURNS = 100;

/**
 * How agents sample.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const samplingSchema = z.strictObject({
  maxNewTokens: count(MAX_TOKENS).default(40).describe("most tokens of an answer"),
  temperature: temperature.default(1).describe("softmax temperature; 0 = greedy"),
  topK: countOrNone(1_000_000).default(0).describe("keep the k likeliest tokens; 0 = off"),
  topP: between(1e-6, 1).default(1).describe(
    "keep the smallest set with this probability; 1 = off",
  ),
  maxRows: count(65_536).default(256).describe("rows of one generation batch; bounds memory only"),
  prefixMegabytes: between(0, 1_000_000).default(512)
    .describe(
      "memory for keys and values kept from turn to turn, MiB; 0 = keep none; changes no token",
    ),
});

/** Resolved settings of `samplingSchema`, which says what each is, as `--help` does. */
export type SamplingConfig = OutputOf<typeof samplingSchema>;

/**
 * Who discusses, how long, and what they see.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const discussionSchema = z.strictObject({
  numAgents: count(MAX_AGENTS).default(3).describe("agents A of training"),
  numTurns: count(MAX_TURNS).default(3).describe("turns T; turn 0 is the independent answer"),
  numSamples: count(1000).default(1).describe("discussions G of each question in an update"),
  showScores: z.boolean().default(true).describe("agents see the verifier's verdicts"),
  consensusFraction: fractionBelowOne.nullable().default(null)
    .describe("stop a discussion when more than this share agrees; null = never (as in the paper)"),
  consensusReward: fractionBelowOne.default(0.7)
    .describe("and the agreeing answers' mean score is above this"),
});

/** Resolved settings of `discussionSchema`, which says what each is, as `--help` does. */
export type DiscussionConfig = OutputOf<typeof discussionSchema>;

/**
 * Score rules, incentives and penalties (MAPoRL Def. 1, Tables 1 and 2, G.2, G.3.1).
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const rewardSchema = z.strictObject({
  compat: compatOf(
    "rules of scores, penalties and consensus: the paper's, or the official code's, where training stops " +
      "no discussion in its first 21 updates",
  ),
  horizon: z.enum(["last", "current", "discounted_sum"]).default("discounted_sum")
    .describe("which turns' scores an answer is paid for"),
  share: z.enum(["individual", "all"]).default("all")
    .describe("own scores or everybody's; discounted_sum + all = influence-aware"),
  turnDiscount: fraction.default(1).describe("discount per turn, gamma_R"),
  source: z.enum(["verifier", "label"]).default("verifier")
    .describe("scores that are paid: the verifier's, or ground truth (no-verifier mode)"),
  againstOthers: weight.default(0).describe("alpha0: leave a wrong majority (paper Table 1)"),
  followOthers: weight.default(0).describe("alpha1: follow a right majority (paper Table 1)"),
  othersLeftMe: weight.default(0)
    .describe("beta0: the others turn right after an own wrong answer (paper Table 2)"),
  othersJoinedMe: weight.default(0)
    .describe("beta1: the others turn right after an own right answer (paper Table 2)"),
  incentiveCompat: z.enum(["paper", "official"]).nullable().default(null)
    .describe("whose incentive tables are paid; null = as reward.compat says"),
  tieRule: z.enum(["none", "right", "wrong", "half"]).default("none")
    .describe("incentives when the others are split evenly"),
  correctness: z.enum(["label", "verifier"]).default("label")
    .describe("what counts as right in the incentives: ground truth, or a score above 0.5"),
  penaltyValue: between(-1e4, 1e4).default(-1)
    .describe("replaces the reward of an answer that breaks a format rule; the paper uses -10"),
  penaltyScope: z.enum(["own", "leak"]).default("own")
    .describe("own = only the offender pays; leak = before aggregation, as in the official code"),
  penalizeMissingEos: z.boolean().default(true).describe("answer not ended within maxNewTokens"),
  penalizeMissingBox: z.boolean().default(true).describe(
    "the answer is not stated as asked: in \\boxed{}, or as the task wants it",
  ),
  penalizeRepetition: z.boolean().default(true).describe("an n-gram four times in a row"),
  penalizeTextAfterBox: z.boolean().default(false).describe(
    "text behind the \\boxed{}, if there is one",
  ),
  penalizeEmptyReasoning: z.boolean().default(false)
    .describe("nothing but the box: no word or number before it"),
  minTokens: countOrNone(MAX_TOKENS).default(0)
    .describe("shorter answers are penalised; 0 = off; the paper uses 50"),
});

/** Resolved settings of `rewardSchema`, which says what each is, as `--help` does. */
export type RewardConfig = WithCompat<OutputOf<typeof rewardSchema>>;

/**
 * Multi-agent PPO (MAPoRL §3.2, §4.4, G.2).
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const algorithmSchema = z.strictObject({
  updates: countOrNone(1_000_000).default(8).describe("PPO updates; 0 = no training"),
  questionsPerUpdate: count(100_000).default(64)
    .describe("questions Q; answers of an update = Q x G x A x T"),
  shareAgents: z.boolean().default(true)
    .describe("one set of parameters for all agents whose seats name no others, or one each"),
  turnGroups: z.enum(["all", "first_vs_rest", "per_turn"]).default("first_vs_rest")
    .describe("how turns share parameters"),
  trainGroups: z.array(z.string()).max(MAX_TURNS).default(["rest"])
    .describe("turn groups that are trained; the others stay as their seats begin"),
  turnBased: z.boolean().default(false)
    .describe("train one turn at a time on the official schedule"),
  loraR: count(4096).default(16).describe("LoRA rank of policies and values"),
  loraAlpha: between(0.001, 1e5).default(32).describe("LoRA scale = alpha / r"),
  learningRate: between(1e-9, 10).default(1e-3).describe("peak learning rate of AdamW"),
  schedule: z.enum(["constant", "linear"]).default("constant")
    .describe(
      "linear = 1.0 to 0.1 over the updates that train a group; more updates make it another run",
    ),
  warmupSteps: countOrNone(10_000_000).default(4).describe(
    "optimiser steps of linear warm-up, per group",
  ),
  betas: z.tuple([beta, beta]).default([0.9, 0.95]).describe("AdamW betas, below 1"),
  eps: between(1e-15, 1).default(1e-8).describe("AdamW epsilon"),
  weightDecay: between(0, 10).default(0).describe("decoupled weight decay"),
  maxGradNorm: between(1e-6, 1e9).default(1)
    .describe("norm above which the gradient is clipped, of policy and critic each"),
  credit: creditSchema.prefault({}).describe("from rewards to advantages"),
  numPpoEpochs: count(1000).default(2).describe("passes over an update's answers"),
  numMiniBatches: count(100_000).default(4).describe(
    "optimiser steps per pass and parameter group",
  ),
  lossAggregation: z.enum(["mean", "sum"]).default("mean")
    .describe("losses of a mini-batch's (turn, agent) pairs: mean or sum"),
  cliprange: between(1e-4, 1e4).default(0.2).describe("clip range of the policy ratio"),
  cliprangeValue: between(1e-4, 1e4).nullable().default(null)
    .describe(
      "clip range of the value, in reward units; null = unclipped (the paper); its code: 0.2",
    ),
  samplingMismatch: z.enum(["refuse", "truncate"]).default("refuse")
    .describe(
      "answers sampled with other log-probabilities than training finds: refuse the update, or weight " +
        "tokens by truncated importance weights",
    ),
  samplingTolerance: between(1e-6, 1e4).nullable().default(null)
    .describe("nats apart above which an update is refused; null = what rounding explains"),
  importanceSamplingCap: between(1, 1e6).default(2)
    .describe("largest of these weights; the others are probability trained / probability sampled"),
  vfCoef: weight.default(0.1).describe(
    "weight of the value loss; acts on the critic alone; 0 = no critic, all values are 0",
  ),
  criticLearningRate: between(1e-9, 10).nullable().default(null)
    .describe("peak learning rate of the critic; null = learningRate"),
  numCriticEpochs: count(1000).nullable().default(null)
    .describe("passes of the critic over an update's answers; null = numPpoEpochs"),
  criticMaxGradNorm: between(1e-6, 1e9).nullable().default(null)
    .describe("norm above which the critic's gradient is clipped; null = maxGradNorm"),
  criticBias: z.boolean().default(false).describe("it has a bias, at first the mean return"),
  criticPerTurn: z.boolean().default(false).describe("it has a head for each turn of a group"),
  klCoef: weight.default(5e-3)
    .describe("token penalty per nat of log(policy / base); the paper says 2e-4, its code 2e-3"),
  klEstimator: z.enum(["k1", "k3", "forward"]).default("k1")
    .describe(
      "estimate of that divergence from one token; k1 = log ratio, as in the official code",
    ),
  gamma: fraction.default(1).describe("discount per token"),
  gaeLambda: fraction.default(1).describe("GAE lambda per token; the official code uses 0.95"),
  whitenRewards: z.boolean().default(false).describe("divide token rewards by their deviation"),
  whitenAdvantages: z.boolean().default(true)
    .describe(
      "mean 0, variance 1 over all tokens of a (turn, agent); over more where it has few answers",
    ),
  valueInput: z.enum(["question", "full"]).default("question")
    .describe("what the value reads before the answer: the question, or the whole discussion"),
  maxBatchTokens: count(10_000_000).default(16_384).describe(
    "tokens of one micro-batch; bounds memory only",
  ),
  memoryBudget: between(1, 10_000_000).nullable().default(null).describe(
    "most memory of an update in MiB, which then sets maxBatchTokens; null = as set there",
  ),
  gradientCheckpointing: z.boolean().default(false)
    .describe("compute each layer again in the backward pass; about 40 % slower, far less memory"),
  compat: compatOf(
    "place of the score (last token, or one past it), factor of the value loss (1 or 0.5), and whether " +
      "a schedule falls in each step or in each update",
  ),
});

/** Resolved settings of `algorithmSchema`, which says what each is, as `--help` does. */
export type AlgorithmConfig = WithCompat<OutputOf<typeof algorithmSchema>>;

/**
 * Held-out evaluation.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const evaluationSchema = z.strictObject({
  task: taskSchema.nullable().default(null)
    .describe("what is asked; null = the task of training"),
  split: z.enum(["test", "validation"]).default("test").describe(
    "whose questions are asked before and after training, also without discussion; settings are chosen " +
      "on validation",
  ),
  numQuestions: count(100_000).default(300).describe("held-out questions"),
  numAgents: count(MAX_AGENTS).nullable().default(null)
    .describe("agents; null = as in training"),
  numTurns: count(MAX_TURNS).nullable().default(null).describe("turns; null = as in training"),
  resamples: count(100_000).min(MIN_RESAMPLES).default(2000)
    .describe("bootstrap resamples over questions"),
  every: countOrNone(1_000_000).default(0)
    .describe("evaluate as many validation questions every so many updates; 0 = never"),
  baselines: z.strictObject({
    maxAnswers: countOrNone(1000).default(64).describe(
      "most independent answers to a question, one of each agent at least; as many as cost what a discussion " +
        "does are sampled; 0 = no answers without discussion",
    ),
  }).prefault({}).describe("what the same models and verifier reach without discussion"),
  compat: compatOf("vote rules: the paper's, or the official code's"),
});

/** Resolved settings of `evaluationSchema`, which says what each is, as `--help` does. */
export type EvaluationConfig = WithCompat<OutputOf<typeof evaluationSchema>>;
