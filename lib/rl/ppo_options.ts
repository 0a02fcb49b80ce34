/**
 * Settings of a PPO update.
 *
 * @module
 */
import type { Compat } from "../core/compat.ts";
import type { Random } from "../core/mod.ts";
import type { Credit, OtherAnswer } from "./credit.ts";
import type { KlEstimator } from "./kl.ts";
import type { SamplingMismatchSettings } from "./sampling_mismatch.ts";

/** Which of an update's optimiser steps is meant. */
export interface StepPlace {
  /** From 0. */
  readonly index: number;
  /** Steps that the update takes; less than planned where it has few questions. */
  readonly total: number;
}

/** Learning rate by the number of steps that these parameters have taken so far, and by the step's place. */
export type LearningRate = (numTaken: number, place: StepPlace) => number;

/** What decides the targets of an update, see `ppoRows()`. */
export interface PpoTargetSettings {
  /** From rewards to advantages and returns. */
  readonly credit: Credit;
  /** All other answers of the discussions that the rows are of; some credits ask what they earn. */
  readonly others?: readonly OtherAnswer[];
  /** Estimator of the divergence from the base model, as it is logged and paid for in rewards. */
  readonly klEstimator: KlEstimator;
  /** What the critic reads behind a short answer; see `ppoSequences()`. */
  readonly compat: Compat;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Most padded tokens of one batch; bounds memory. */
  readonly maxBatchTokens: number;
  /** Stops between two micro-batches, with the parameters as the last whole step left them. */
  readonly signal?: AbortSignal | undefined;
}

/** How the critic is trained. */
export interface CriticTraining {
  /** Weight of the value loss, above 0; acts on the critic alone. */
  readonly vfCoef: number;
  /** Passes of the critic over the answers. */
  readonly numCriticEpochs: number;
  /** Learning rate of the critic. */
  readonly criticLearningRate: LearningRate;
  /** Largest norm of the critic's gradient. */
  readonly criticMaxGradNorm: number;
  /** Clip range of the value in reward units; null = unclipped. */
  readonly cliprangeValue: number | null;
}

/** Settings of `ppoUpdate()`; the names are TRL's. */
export interface PpoOptions extends PpoTargetSettings, CriticTraining, SamplingMismatchSettings {
  /** Most memory of an update in MiB, from which micro-batches are cut; null = by `maxBatchTokens`. */
  readonly memoryBudget: number | null;
  /** Passes over the answers. */
  readonly numPpoEpochs: number;
  /** Optimiser steps per pass; mini-batches are drawn over questions. */
  readonly numMiniBatches: number;
  /** How the losses of a mini-batch's (turn, agent) pairs are combined. */
  readonly lossAggregation: "mean" | "sum";
  /** Learning rate of the policy. */
  readonly learningRate: LearningRate;
  /** ε of the ratio. */
  readonly cliprange: number;
  /** Price of a nat of divergence within the loss; 0 = it is paid in the rewards, or not at all. */
  readonly klLossCoef: number;
  /** Largest norm of the policy's gradient. */
  readonly maxGradNorm: number;
  /** Whether the backward pass computes each layer again rather than keeping it. */
  readonly gradientCheckpointing: boolean;
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop, the parameters are then between two steps. */
  readonly onStep?: (done: number, total: number) => void | Promise<void>;
}
