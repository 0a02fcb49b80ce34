/**
 * One optimiser step of a PPO update.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { NumericError } from "../core/mod.ts";
import {
  batchLogProbs,
  type Decoder,
  type MaskedSequence,
  rowBatches,
  type SequenceBatch,
} from "../models/mod.ts";
import { accumulateGrads, clipGradNorm } from "../optim/mod.ts";
import { miniBatchWeights } from "./mini_batch_weights.ts";
import type { PolicyGroup } from "./policies.ts";
import { batchValues } from "./policy_rows.ts";
import { policyLoss, valueLoss, VF_SCALE } from "./ppo_loss.ts";
import type { PpoOptions, StepPlace } from "./ppo_options.ts";
import type { PpoRow } from "./ppo_rows.ts";
import type { PpoStatsCollector } from "./ppo_stats.ts";

/**
 * How far the first ratio may be from 1. Old and new log-probabilities come from the same function,
 * but a row's rounding may depend on the rows that share its batch.
 */
const RATIO_TOLERANCE = 1e-3;

/** What {@link ppoStep} needs besides the settings of the update. */
export interface PpoStepOptions extends PpoOptions {
  /** The mini-batch. */
  readonly members: readonly PpoRow[];
  /** Takes the figures of the step. */
  readonly stats: PpoStatsCollector;
  /** Which of the update's steps it is. */
  readonly place: StepPlace;
}

/** Tensors of a loss that are read after its gradients: a GPU cannot be read in the middle of a step. */
type Reads = {
  readonly tensors: tf.Tensor[];
  readonly use: (values: readonly Float32Array[]) => void;
}[];

/**
 * Takes one optimiser step on a mini-batch's policy loss plus `vfCoef` times its value loss.
 *
 * Policy and value function share no parameter, so each is clipped by its own norm: with one norm over
 * both, the critic's gradient would shorten the policy's steps, and `vfCoef` would change them.
 *
 * @param decoder The base model.
 * @param group The parameters to update and their optimiser.
 * @param options Settings and the mini-batch.
 * @throws {NumericError} If a first ratio is not 1 or a gradient is not finite; the parameters are then left
 * as they were.
 * @throws The signal's reason when it aborts between two micro-batches; likewise.
 */
export async function ppoStep(
  decoder: Decoder,
  group: PolicyGroup,
  options: PpoStepOptions,
): Promise<void> {
  const { optimizer } = group;
  const policyParams = paramsOf(group, "policy.");
  const valueParams = new Map([...paramsOf(group, "value."), ...paramsOf(group, "value_head.")]);
  const owned: ReadonlyMap<string, tf.Tensor>[] = [];
  const reads: Reads = [];
  const observed = { ...options, reads };
  try {
    const policy = await accumulateGrads(
      policyLosses(decoder, group, observed),
      policyParams,
      options,
    );
    owned.push(policy.grads);
    const value = await accumulateGrads(
      valueLosses(decoder, group, observed),
      valueParams,
      options,
    );
    owned.push(value.grads);
    for (const { tensors, use } of reads) {
      use(await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>)));
    }
    const learningRate = options.learningRate(optimizer.stepCount, options.place);
    const gradNorm = await clipGradNorm(policy.grads, options.maxGradNorm);
    const valueGradNorm = await clipGradNorm(value.grads, options.maxGradNorm);
    optimizer.step(new Map([...policy.grads, ...value.grads]), learningRate);
    options.stats.step({
      policyLoss: policy.value,
      valueLoss: options.vfCoef > 0 ? value.value / options.vfCoef : 0,
      gradNorm,
      valueGradNorm,
      learningRate,
    });
  } finally {
    // Clipping may have put other tensors into the maps.
    for (const grads of owned) tf.dispose([...grads.values()]);
    for (const { tensors } of reads) tf.dispose(tensors);
  }
}

function policyLosses(
  decoder: Decoder,
  group: PolicyGroup,
  options: PpoStepOptions & { readonly reads: Reads },
): (() => tf.Scalar)[] {
  const { temperature, cliprange, stats, place, gradientCheckpointing } = options;
  const model = { decoder, adapter: group.adapter, gradientCheckpointing };
  const micro = microBatches(decoder, options, {
    sequenceOf: ({ policySequence }) => policySequence,
    countOf: ({ row }) => row.tokens.length,
    factor: 1,
  });
  return micro.map(({ rows, batch, weights }) => () => {
    const { logProbs, entropy } = batchLogProbs(model, batch, temperature);
    const oldLogProbs = concat(rows.map((row) => row.oldLogProbs));
    options.reads.push({
      tensors: [tf.keep(logProbs.clone()), tf.keep(entropy.clone())],
      use: ([newLogProbs, entropies]) => {
        // Before the first step the parameters are those of the old log-probabilities.
        if (place.index === 0) checkRatio(newLogProbs!, oldLogProbs, group.key);
        stats.policy({ newLogProbs: newLogProbs!, oldLogProbs, entropy: entropies!, cliprange });
      },
    });
    const advantages = concat(rows.map((row) => row.advantages));
    return policyLoss(logProbs, { oldLogProbs, advantages, weights, cliprange });
  });
}

function valueLosses(
  decoder: Decoder,
  group: PolicyGroup,
  options: PpoStepOptions & { readonly reads: Reads },
): (() => tf.Scalar)[] {
  const { cliprangeValue, vfCoef, stats, compat, gradientCheckpointing } = options;
  const model = { decoder, adapter: group.valueAdapter, gradientCheckpointing };
  const micro = microBatches(decoder, options, {
    sequenceOf: ({ valueSequence }) => valueSequence,
    countOf: ({ returns }) => returns.length,
    factor: vfCoef,
  });
  return micro.map(({ rows, batch, weights }) => () => {
    const values = batchValues(model, group.valueHead, batch);
    const oldValues = concat(rows.map((row) => row.oldValues));
    options.reads.push({
      tensors: [tf.keep(values.clone())],
      use: ([newValues]) => stats.values({ newValues: newValues!, oldValues, cliprangeValue }),
    });
    const returns = concat(rows.map((row) => row.returns));
    return valueLoss(values, {
      oldValues,
      returns,
      weights,
      cliprangeValue,
      vfScale: VF_SCALE[compat],
    });
  });
}

/** A part of the mini-batch: its rows in the order of their counted tokens, and each token's weight. */
interface MicroBatch {
  readonly rows: readonly PpoRow[];
  readonly batch: SequenceBatch;
  readonly weights: Float32Array;
}

/** Cuts the mini-batch. What each row counts, by which sequence, and times what, is the loss's to say. */
function microBatches(
  decoder: Decoder,
  { members, lossAggregation, maxBatchTokens, stats }: PpoStepOptions,
  loss: {
    readonly sequenceOf: (row: PpoRow) => MaskedSequence;
    readonly countOf: (row: PpoRow) => number;
    readonly factor: number;
  },
): MicroBatch[] {
  const { sequenceOf, countOf, factor } = loss;
  const weightOf = miniBatchWeights(members, { aggregation: lossAggregation, count: countOf });
  const batches = rowBatches(members.map(sequenceOf), {
    padTokenId: decoder.config.padTokenId,
    maxTokens: maxBatchTokens,
  });
  return batches.map(({ members: indices, offsets, batch }) => {
    const weights = new Float32Array(batch.targets.length);
    for (const [i, index] of indices.entries()) {
      weights.fill(factor * weightOf[index]!, offsets[i], offsets[i + 1]);
    }
    stats.batch(batch);
    return { rows: indices.map((index) => members[index]!), batch, weights };
  });
}

function checkRatio(newLogProbs: Float32Array, oldLogProbs: Float32Array, key: string): void {
  for (const [i, value] of newLogProbs.entries()) {
    const ratio = Math.exp(value - oldLogProbs[i]!);
    if (Math.abs(ratio - 1) <= RATIO_TOLERANCE) continue;
    throw new NumericError(
      `Cannot update ${key} as the ratio of the first pass must be 1: token ${i} has ${ratio}`,
      {
        thing: key,
        value: ratio,
        remedy: "Report it with the config: sampling and training disagree",
      },
    );
  }
}

function paramsOf(group: PolicyGroup, prefix: string): Map<string, tf.Variable> {
  return new Map([...group.params].filter(([name]) => name.startsWith(prefix)));
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
