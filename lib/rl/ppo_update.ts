/**
 * One PPO update of one parameter group from the answers of a batch of discussions (spec §11).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { NumericError, type Random } from "../core/mod.ts";
import { batchLogProbs, type Decoder, rowBatches } from "../models/mod.ts";
import { accumulateGrads, clipGradNorm } from "../optim/mod.ts";
import { miniBatchWeights } from "./mini_batch_weights.ts";
import type { PolicyGroup } from "./policies.ts";
import { batchValues, type PolicyRow } from "./policy_rows.ts";
import { type PpoRow, ppoRows, type PpoTargetSettings } from "./ppo_rows.ts";
import { VALUE_LOSS } from "./ppo_loss.ts";
import { type PpoStats, PpoStatsCollector, samplingError } from "./ppo_stats.ts";
import { policyLoss, valueLoss } from "./ppo_tensor_loss.ts";

/**
 * How far training may find a sampled token's log-probability from what it was when sampled, in nats:
 * generation with a cache and a forward pass over the whole sequence round differently.
 */
const SAMPLING_TOLERANCE = 0.02;

/** What {@link ppoUpdate} returns. */
export interface PpoUpdateResult {
  /** Statistics over all steps. */
  readonly stats: PpoStats;
  /** Divergence of each answer from the base model before the update, shape [rows], nats. */
  readonly refKl: Float64Array;
}

/** Settings of {@link ppoUpdate}; the names are TRL's. */
export interface PpoOptions extends PpoTargetSettings {
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
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop, the parameters are then between two steps. */
  readonly onStep?: (done: number, total: number) => void | Promise<void>;
}

/**
 * How far the first ratio may be from 1. Old and new log-probabilities come from the same function,
 * but a row's rounding may depend on the rows that share its batch.
 */
const RATIO_TOLERANCE = 1e-3;

/**
 * Updates one parameter group by clipped PPO. Reference, old log-probabilities and values are
 * computed first, with the parameters as they are; each mini-batch then takes one optimiser step
 * on the policy loss plus `vfCoef` times the value loss.
 *
 * @param decoder The base model; also the reference policy (adapter off).
 * @param group The parameters to update and their optimiser.
 * @param rows The group's answers with their rewards, each of at least one token; at least one row.
 * @param options Settings.
 * @returns Statistics, and the divergence of each row.
 * @throws {NumericError} If an answer was not sampled by these parameters, the first ratio is not 1 or a gradient is not finite; the parameters are
 * then those after the last good step.
 */
export async function ppoUpdate(
  decoder: Decoder,
  group: PolicyGroup,
  { rows, ...options }: PpoOptions & { readonly rows: readonly PolicyRow[] },
): Promise<PpoUpdateResult> {
  const prepared = await ppoRows(decoder, group, { ...options, rows });
  for (const row of prepared) checkSampling(row, group.key);
  const stats = new PpoStatsCollector(prepared);
  const questions = [...new Set(rows.map(({ question }) => question))];
  const numMiniBatches = Math.min(options.numMiniBatches, questions.length);
  const total = options.numPpoEpochs * numMiniBatches;
  for (let epoch = 0; epoch < options.numPpoEpochs; epoch++) {
    const order = options.random.split("epoch", epoch).permutation(questions.length);
    for (let part = 0; part < numMiniBatches; part++) {
      const from = Math.floor(part * questions.length / numMiniBatches);
      const to = Math.floor((part + 1) * questions.length / numMiniBatches);
      const chosen = new Set(Array.from(order.subarray(from, to), (i) => questions[i]!));
      const members = prepared.filter(({ row }) => chosen.has(row.question));
      const isFirst = epoch === 0 && part === 0;
      await ppoStep(decoder, group, { ...options, members, stats, isFirst });
      await options.onStep?.(epoch * numMiniBatches + part + 1, total);
    }
  }
  const refKl = Float64Array.from(prepared, ({ kl }) => kl.reduce((a, b) => a + b, 0));
  return { stats: stats.summary(), refKl };
}

/** Tensors of a loss that are read after its gradients: a GPU cannot be read in the middle of a step. */
type Reads = {
  readonly tensors: tf.Tensor[];
  readonly use: (values: readonly Float32Array[]) => void;
}[];

interface StepOptions extends PpoOptions {
  readonly members: readonly PpoRow[];
  readonly stats: PpoStatsCollector;
  readonly isFirst: boolean;
}

async function ppoStep(
  decoder: Decoder,
  group: PolicyGroup,
  options: StepOptions,
): Promise<void> {
  const { optimizer } = group;
  const policyParams = paramsOf(group, "policy.");
  const valueParams = new Map([...paramsOf(group, "value."), ...paramsOf(group, "value_head.")]);
  const grads = new Map<string, tf.Tensor>();
  const reads: Reads = [];
  const observed = { ...options, reads };
  try {
    const policy = await accumulateGrads(policyLosses(decoder, group, observed), policyParams);
    for (const [name, grad] of policy.grads) grads.set(name, grad);
    const value = await accumulateGrads(valueLosses(decoder, group, observed), valueParams);
    for (const [name, grad] of value.grads) grads.set(name, grad);
    for (const { tensors, use } of reads) {
      use(await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>)));
    }
    const learningRate = options.learningRate(optimizer.stepCount);
    const gradNorm = await clipGradNorm(grads, options.maxGradNorm);
    optimizer.step(grads, learningRate);
    options.stats.step({
      policyLoss: policy.value,
      valueLoss: options.vfCoef > 0 ? value.value / options.vfCoef : 0,
      gradNorm,
      learningRate,
    });
  } finally {
    for (const grad of grads.values()) grad.dispose();
    for (const { tensors } of reads) tf.dispose(tensors);
  }
}

function policyLosses(
  decoder: Decoder,
  group: PolicyGroup,
  options: StepOptions & { readonly reads: Reads },
): (() => tf.Scalar)[] {
  const { members, temperature, cliprange, lossAggregation, maxBatchTokens, stats, isFirst } =
    options;
  const weights = miniBatchWeights(members, {
    aggregation: lossAggregation,
    count: ({ row }) => row.tokens.length,
  });
  const batches = rowBatches(members.map(({ policySequence }) => policySequence), {
    padTokenId: decoder.config.padTokenId,
    maxTokens: maxBatchTokens,
  });
  return batches.map(({ members: indices, batch }) => () => {
    const rows = indices.map((index) => members[index]!);
    const model = { decoder, adapter: group.adapter };
    const { logProbs, entropy } = batchLogProbs(model, batch, temperature);
    const oldLogProbs = concat(rows.map((row) => row.oldLogProbs));
    options.reads.push({
      tensors: [tf.keep(logProbs.clone()), tf.keep(entropy.clone())],
      use: ([newLogProbs, entropies]) => {
        if (isFirst) checkRatio(newLogProbs!, oldLogProbs, group.key);
        stats.policy({ newLogProbs: newLogProbs!, oldLogProbs, entropy: entropies!, cliprange });
      },
    });
    return policyLoss(logProbs, {
      oldLogProbs,
      advantages: concat(rows.map((row) => row.advantages)),
      weights: concat(
        indices.map((index, i) =>
          new Float32Array(rows[i]!.row.tokens.length).fill(weights[index]!)
        ),
      ),
      cliprange,
    });
  });
}

function valueLosses(
  decoder: Decoder,
  group: PolicyGroup,
  options: StepOptions & { readonly reads: Reads },
): (() => tf.Scalar)[] {
  const { members, cliprangeValue, vfCoef, lossAggregation, maxBatchTokens, compat } = options;
  const weights = miniBatchWeights(members, {
    aggregation: lossAggregation,
    count: ({ returns }) => returns.length,
  });
  const batches = rowBatches(members.map(({ valueSequence }) => valueSequence), {
    padTokenId: decoder.config.padTokenId,
    maxTokens: maxBatchTokens,
  });
  return batches.map(({ members: indices, batch }) => () => {
    const rows = indices.map((index) => members[index]!);
    const values = batchValues(
      { decoder, adapter: group.valueAdapter },
      group.valueHead,
      batch,
    );
    const oldValues = concat(rows.map((row) => row.oldValues));
    options.reads.push({
      tensors: [tf.keep(values.clone())],
      use: ([newValues]) =>
        options.stats.values({ newValues: newValues!, oldValues, cliprangeValue }),
    });
    return valueLoss(values, {
      oldValues,
      returns: concat(rows.map((row) => row.returns)),
      weights: concat(
        indices.map((index, i) =>
          new Float32Array(rows[i]!.returns.length).fill(vfCoef * weights[index]!)
        ),
      ),
      cliprangeValue,
      vfScale: VALUE_LOSS[compat].vfScale,
    });
  });
}

function checkSampling(row: PpoRow, key: string): void {
  const error = samplingError(row);
  if (error <= SAMPLING_TOLERANCE) return;
  const { question, agent, turn } = row.row;
  throw new NumericError(
    `Cannot update ${key} as its answers must be sampled by its own parameters and temperature: the ` +
      `log-probabilities of question ${question}, agent ${agent}, turn ${turn} are ${error} nats apart`,
    {
      thing: key,
      value: error,
      remedy: "Report it with the config: sampling and training disagree",
    },
  );
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
