/**
 * What `ppoUpdate()` is asked for, from the settings of an experiment.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import { klLossCoefOf, makeCredit, type PpoOptions } from "../rl/mod.ts";
import { learningRateOf, type UpdatesOfGroup } from "./learning_rate.ts";
import type { AlgorithmConfig } from "./schemas.ts";

/** What {@link ppoOptionsOf} needs besides the algorithm. */
export interface PpoPlace {
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** How far the group is. */
  readonly updates: UpdatesOfGroup;
  /** Draws the mini-batches. */
  readonly random: Random;
}

/**
 * Settings of one update of one group.
 *
 * @param algorithm Credit, losses, steps and memory; settings of the critic that are null are the policy's.
 * @param place Of the update.
 * @returns The settings.
 */
export function ppoOptionsOf(
  algorithm: AlgorithmConfig,
  { maxNewTokens, updates, random }: PpoPlace,
): PpoOptions {
  const { credit, klCoef, learningRate, numPpoEpochs, maxGradNorm } = algorithm;
  const { schedule, warmupSteps, compat } = algorithm;
  const rateOf = (peak: number) =>
    learningRateOf({ schedule, warmupSteps, compat, learningRate: peak }, updates);
  return {
    credit: makeCredit(credit, {
      klCoef,
      gamma: algorithm.gamma,
      gaeLambda: algorithm.gaeLambda,
      whitenRewards: algorithm.whitenRewards,
      whitenAdvantages: algorithm.whitenAdvantages,
      vfCoef: algorithm.vfCoef,
      compat,
      maxNewTokens,
    }),
    klEstimator: algorithm.klEstimator,
    klLossCoef: klLossCoefOf(credit, klCoef),
    compat,
    maxNewTokens,
    numPpoEpochs,
    numMiniBatches: algorithm.numMiniBatches,
    lossAggregation: algorithm.lossAggregation,
    learningRate: rateOf(learningRate),
    cliprange: algorithm.cliprange,
    samplingMismatch: algorithm.samplingMismatch,
    samplingTolerance: algorithm.samplingTolerance,
    importanceSamplingCap: algorithm.importanceSamplingCap,
    maxGradNorm,
    vfCoef: algorithm.vfCoef,
    numCriticEpochs: algorithm.numCriticEpochs ?? numPpoEpochs,
    criticLearningRate: rateOf(algorithm.criticLearningRate ?? learningRate),
    criticMaxGradNorm: algorithm.criticMaxGradNorm ?? maxGradNorm,
    cliprangeValue: algorithm.cliprangeValue,
    maxBatchTokens: algorithm.maxBatchTokens,
    memoryBudget: algorithm.memoryBudget,
    gradientCheckpointing: algorithm.gradientCheckpointing,
    random,
  };
}
