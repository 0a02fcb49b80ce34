/**
 * Settings of a PPO update.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import type { PpoTargetSettings } from "./ppo_rows.ts";

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
  /** Learning rate by optimiser step (0-based, over the whole run). */
  readonly learningRate: (step: number) => number;
  /** ε of the ratio. */
  readonly cliprange: number;
  /** Clip range of the value in reward units; null = unclipped. */
  readonly cliprangeValue: number | null;
  /** Weight of the value loss. */
  readonly vfCoef: number;
  /** Largest global gradient norm. */
  readonly maxGradNorm: number;
  /** Whether the backward pass computes each layer again rather than keeping it. */
  readonly gradientCheckpointing: boolean;
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop, the parameters are then between two steps. */
  readonly onStep?: (done: number, total: number) => void | Promise<void>;
}
