/**
 * Resolved settings of the sections that experiments are configured by. Their defaults and ranges stand
 * in `schemas.ts`; `deno task experiment NAME --help` lists them.
 *
 * @module
 */
import type { Compat } from "../core/mod.ts";
import type { AdamWOptions } from "../optim/mod.ts";
import type { Incentives, ScoreRule, TieRule } from "../rewards/mod.ts";
import type {
  AgentSampling,
  CreditChoice,
  CreditCoefficients,
  PolicySetOptions,
  PpoOptions,
} from "../rl/mod.ts";
import type { TaskSettings } from "../worlds/mod.ts";

/** How agents sample. */
export interface SamplingConfig extends AgentSampling {
  /** Most rows of one generation batch; bounds memory only. */
  readonly maxRows: number;
  /** Most memory, in MiB, for keys and values kept from turn to turn; 0 keeps none. Changes no token. */
  readonly prefixMegabytes: number;
}

/** Who discusses, how long, and what they see. */
export interface DiscussionConfig {
  /** A, agents of training. */
  readonly numAgents: number;
  /** T; turn 0 is the independent answer. */
  readonly numTurns: number;
  /** G, discussions of each question of an update; evaluations hold one. */
  readonly numSamples: number;
  /** Whether agents see the verifier's verdicts. */
  readonly showScores: boolean;
  /** A discussion stops when more than this share agrees, in [0, 1]; null = never, as in the paper. */
  readonly consensusFraction: number | null;
  /** And the agreeing answers' mean score is above this, in [0, 1]. */
  readonly consensusReward: number;
}

/** Score rule, incentives and penalties (MAPoRL Def. 1, Tables 1 and 2, G.2, G.3.1). */
export interface RewardConfig extends ScoreRule, Incentives {
  /** Whom to follow where paper and official code disagree on rewards. */
  readonly compat: Compat;
  /** Scores that are paid: the verifier's, or ground truth (no-verifier mode). */
  readonly source: "verifier" | "label";
  /** Whose incentive tables are paid; null = as `compat` says. */
  readonly incentiveMode: Compat | null;
  /** Incentives when the others are split evenly. */
  readonly tieRule: TieRule;
  /** What counts as right in the incentives: ground truth, or a score above 0.5. */
  readonly correctness: "label" | "verifier";
  /** Replaces the reward of a penalised answer, in units of the score. */
  readonly penaltyValue: number;
  /** Whether only the offender pays, or aggregation passes the penalty on. */
  readonly penaltyScope: "own" | "leak";
  /** Penalise answers that did not end within their most tokens. */
  readonly penalizeMissingEos: boolean;
  /** Penalise answers without a box. */
  readonly penalizeMissingBox: boolean;
  /** Penalise an n-gram that stands four times in a row. */
  readonly penalizeRepetition: boolean;
  /** Penalise text behind the box. */
  readonly penalizeTextAfterBox: boolean;
  /** Penalise answers with nothing but the box. */
  readonly penalizeEmptyReasoning: boolean;
  /** Shorter answers are penalised, in tokens; 0 = off. */
  readonly minTokens: number;
}

/** Multi-agent PPO (MAPoRL §3.2, §4.4, G.2). */
export interface AlgorithmConfig
  extends
    Pick<PolicySetOptions, "turnGroups" | "trainGroups">,
    AdamWOptions,
    Pick<
      PpoOptions,
      | ("numPpoEpochs" | "numMiniBatches" | "lossAggregation" | "cliprange" | "maxGradNorm")
      | ("klEstimator" | "vfCoef" | "cliprangeValue" | "compat")
      | ("samplingMismatch" | "samplingTolerance" | "importanceSamplingCap")
      | ("maxBatchTokens" | "memoryBudget" | "gradientCheckpointing")
    >,
    Pick<
      CreditCoefficients,
      "klCoef" | "gamma" | "gaeLambda" | "whitenRewards" | "whitenAdvantages"
    > {
  /** One set of parameters for all agents whose seats name no others, or one each. */
  readonly shareAgents: boolean;
  /** From rewards to advantages. */
  readonly credit: CreditChoice;
  /** Peak learning rate of the critic; null = the policy's. */
  readonly criticLearningRate: number | null;
  /** Passes of the critic over an update's answers; null = as many as the policy's. */
  readonly numCriticEpochs: number | null;
  /** Norm above which the critic's gradient is clipped; null = the policy's. */
  readonly criticMaxGradNorm: number | null;
  /** Whether the critic's heads have a bias, which starts at the mean return of the first update. */
  readonly criticBias: boolean;
  /** One head of the critic for each turn, or one for all turns of a group. */
  readonly criticPerTurn: boolean;
  /** PPO updates; 0 = no training. */
  readonly updates: number;
  /** Q; answers of an update = Q × A × T. */
  readonly questionsPerUpdate: number;
  /** Train one turn at a time on the official schedule. */
  readonly turnBased: boolean;
  /** LoRA rank of policies and values. */
  readonly loraR: number;
  /** LoRA scale = alpha / r. */
  readonly loraAlpha: number;
  /** Peak learning rate. */
  readonly learningRate: number;
  /** Learning rate over all updates. */
  readonly schedule: "constant" | "linear";
  /** Optimiser steps of linear warm-up, of each parameter group. */
  readonly warmupSteps: number;
  /** What the value reads before the answer: the question, or the whole discussion. */
  readonly valueInput: "question" | "full";
}

/** Held-out evaluation. */
export interface EvaluationConfig {
  /** What is asked; null = the task of training. */
  readonly task: TaskSettings | null;
  /** Q. */
  readonly numQuestions: number;
  /** A; null = as in training. */
  readonly numAgents: number | null;
  /** T; null = as in training. */
  readonly numTurns: number | null;
  /** Bootstrap resamples over questions. */
  readonly resamples: number;
  /** Evaluate on validation questions every so many updates; 0 = never. */
  readonly every: number;
  /** Whose rules of voting. */
  readonly compat: Compat;
}
