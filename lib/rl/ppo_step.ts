/**
 * One optimiser step of a PPO update.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { NumericError } from "../core/mod.ts";
import { batchLogProbs } from "../models/mod.ts";
import { accumulateGrads, clipGradNorm } from "../optim/mod.ts";
import { concatenated, type MicroBatch, microBatches } from "./micro_batches.ts";
import type { PolicyGroup } from "./policy_group.ts";
import { policyLoss } from "./ppo_loss.ts";
import type { PpoOptions, StepPlace } from "./ppo_options.ts";
import type { PpoRow } from "./ppo_rows.ts";
import type { PpoStatsCollector } from "./ppo_stats.ts";
import { disposeReads, type Reads, takeReads } from "./step_reads.ts";

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
  /** What happens between the policy's gradient and its step: the critic's steps. */
  readonly beforeStep: () => Promise<void>;
}

/**
 * Takes one optimiser step of the policy on a mini-batch's clipped loss.
 *
 * Policy and critic share no parameter, so each is clipped by its own norm: with one norm over
 * both, the critic's gradient would shorten the policy's steps, and `vfCoef` would change them.
 *
 * @param group The policy to update, changed in place.
 * @param options Settings and the mini-batch.
 * @throws {NumericError} If a first ratio is not 1 or a gradient is not finite; the policy is then left as
 * it was.
 * @throws The signal's reason when it aborts between two micro-batches; likewise.
 */
export async function ppoStep(group: PolicyGroup, options: PpoStepOptions): Promise<void> {
  const { model, optimizer } = group;
  const { stats, place } = options;
  const reads: Reads = [];
  const micro = microBatches(options.members, {
    ...options,
    padTokenId: model.decoder.config.padTokenId,
    sequenceOf: ({ policySequence }) => policySequence,
    countOf: ({ row }) => row.tokens.length,
    factor: 1,
  });
  for (const { batch } of micro) stats.batch(batch);
  let grads = new Map<string, tf.Tensor>();
  try {
    const losses = micro.map((part) => () => microLoss(group, part, { ...options, reads }));
    const policy = await accumulateGrads(losses, group.params, options);
    grads = policy.grads;
    await takeReads(reads);
    const learningRate = options.learningRate(optimizer.stepCount, place);
    const gradNorm = await clipGradNorm(grads, options.maxGradNorm);
    await options.beforeStep();
    optimizer.step(grads, learningRate);
    stats.policyStep({ policyLoss: policy.value, gradNorm, learningRate });
  } finally {
    tf.dispose([...grads.values()]); // clipping may have put other tensors into the map
    disposeReads(reads);
  }
}

function microLoss(
  { key, model, policy, temperature }: PolicyGroup,
  { rows, batch, weights }: MicroBatch,
  options: PpoStepOptions & { readonly reads: Reads },
): tf.Scalar {
  const { cliprange, klLossCoef, stats, place, gradientCheckpointing, reads } = options;
  const adapted = { decoder: model.decoder, adapter: policy, gradientCheckpointing };
  const { logProbs, entropy } = batchLogProbs(adapted, batch, temperature);
  const oldLogProbs = concatenated(rows.map((row) => row.oldLogProbs));
  reads.push({
    tensors: [tf.keep(logProbs.clone()), tf.keep(entropy.clone())],
    use: ([newLogProbs, entropies]) => {
      // Before the first step the parameters are those of the old log-probabilities.
      if (place.index === 0) checkRatio(newLogProbs!, oldLogProbs, key);
      stats.policy({ newLogProbs: newLogProbs!, oldLogProbs, entropy: entropies!, cliprange });
    },
  });
  return policyLoss(logProbs, {
    oldLogProbs,
    advantages: concatenated(rows.map((row) => row.advantages)),
    weights,
    cliprange,
    ...(klLossCoef > 0
      ? { kl: { coef: klLossCoef, refLogProbs: concatenated(rows.map((r) => r.refLogProbs)) } }
      : {}),
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
