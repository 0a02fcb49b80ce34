/**
 * One optimiser step of the critic.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { accumulateGrads, clipGradNorm } from "../optim/mod.ts";
import { type Critic, criticValues } from "./critic.ts";
import { concatenated, microBatches } from "./micro_batches.ts";
import type { PolicyGroup } from "./policy_group.ts";
import { valueLoss, VF_SCALE } from "./ppo_loss.ts";
import type { PpoOptions, StepPlace } from "./ppo_options.ts";
import { type PpoRow, turnsOfStates } from "./ppo_rows.ts";
import type { PpoStatsCollector } from "./ppo_stats.ts";
import { disposeReads, type Reads, takeReads } from "./step_reads.ts";

/** What {@link criticStep} needs besides the settings of the update. */
export interface CriticStepOptions extends PpoOptions {
  /** The mini-batch; every row has values. */
  readonly members: readonly PpoRow[];
  /** Takes the figures of the step. */
  readonly stats: PpoStatsCollector;
  /** Which of the critic's steps it is. */
  readonly place: StepPlace;
}

/**
 * Takes one optimiser step of the critic on a mini-batch's value loss, clipped by its own norm.
 *
 * @param model The base model.
 * @param critic Changed in place.
 * @param options Settings and the mini-batch.
 * @throws {NumericError} If a gradient is not finite; the parameters are then left as they were.
 * @throws The signal's reason when it aborts between two micro-batches; likewise.
 */
export async function criticStep(
  { decoder }: PolicyGroup["model"],
  critic: Critic,
  options: CriticStepOptions,
): Promise<void> {
  const { cliprangeValue, vfCoef, stats, compat, gradientCheckpointing } = options;
  const reads: Reads = [];
  const micro = microBatches(options.members, {
    ...options,
    padTokenId: decoder.config.padTokenId,
    sequenceOf: ({ valueSequence }) => valueSequence!,
    countOf: ({ values }) => values!.returns.length,
    factor: vfCoef, // within the weights, so that micro-batches sum to λ_value times the mean loss
  });
  const losses = micro.map((part) => () => {
    const turns = turnsOfStates(part, options.members.map(({ row }) => row));
    // All of shape [N]: the counted states of the micro-batch, one row after the other.
    const newValues = criticValues(critic, { decoder, gradientCheckpointing }, {
      batch: part.batch,
      turns,
    });
    const oldValues = concatenated(part.rows.map(({ values }) => values!.oldValues));
    // A copy outlives the tape: it is read when the gradients are there, see `step_reads.ts`.
    reads.push({
      tensors: [tf.keep(newValues.clone())],
      use: ([values]) => stats.values({ newValues: values!, oldValues, cliprangeValue }),
    });
    const returns = concatenated(part.rows.map(({ values }) => values!.returns));
    return valueLoss(newValues, {
      oldValues,
      returns,
      weights: part.weights,
      cliprangeValue,
      vfScale: VF_SCALE[compat],
    });
  });
  for (const { batch } of micro) stats.batch(batch);
  let grads = new Map<string, tf.Tensor>();
  try {
    const value = await accumulateGrads(losses, critic.params, options);
    grads = value.grads;
    await takeReads(reads);
    const learningRate = options.criticLearningRate(critic.optimizer.stepCount, options.place);
    const gradNorm = await clipGradNorm(grads, options.criticMaxGradNorm);
    critic.optimizer.step(grads, learningRate);
    // λ_value is taken out again: figures show the loss itself.
    stats.criticStep({ valueLoss: value.value / vfCoef, gradNorm });
  } finally {
    tf.dispose([...grads.values()]); // clipping may have put other tensors into the map
    disposeReads(reads);
  }
}
