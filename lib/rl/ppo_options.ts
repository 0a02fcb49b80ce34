/**
 * Settings of a PPO update.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import type { PpoTargetSettings } from "./ppo_rows.ts";

/** Which of an update's optimiser steps is meant. */
export interface StepPlace {
  /** From 0. */
  readonly index: number;
  /** Steps that the update takes; less than planned where it has few questions. */
  readonly total: number;
}

/** Settings of `ppoUpdate()`; the names are TRL's. */
export interface PpoOptions extends PpoTargetSettings {
  /** Most memory of an update in MiB, from which micro-batches are cut; null = by `maxBatchTokens`. */
  readonly memoryBudget: number | null;
  /** Passes over the answers. */
  readonly numPpoEpochs: number;
  /** Optimiser steps per pass; mini-batches are drawn over questions. */
  readonly numMiniBatches: number;
  /** How the losses of a mini-batch's (turn, agent) pairs are combined. */
  readonly lossAggregation: "mean" | "sum";
  /** Learning rate by the number of steps that these parameters have taken so far, and by the step's place. */
  readonly learningRate: (numTaken: number, place: StepPlace) => number;
  /** ε of the ratio. */
  readonly cliprange: number;
  /** Clip range of the value in reward units; null = unclipped. */
  readonly cliprangeValue: number | null;
  /** Weight of the value loss; acts on the critic alone. */
  readonly vfCoef: number;
  /** Largest norm of the policy's gradient, and of the value function's. */
  readonly maxGradNorm: number;
  /** Whether the backward pass computes each layer again rather than keeping it. */
  readonly gradientCheckpointing: boolean;
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop, the parameters are then between two steps. */
  readonly onStep?: (done: number, total: number) => void | Promise<void>;
}
