/**
 * One PPO update of one parameter group from the answers of a batch of discussions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { startedProductDtype } from "../device/mod.ts";
import { criticStep } from "./critic_step.ts";
import { miniBatches } from "./mini_batches.ts";
import type { PolicyGroup } from "./policy_group.ts";
import type { PolicyRow } from "./policy_rows.ts";
import type { PpoOptions } from "./ppo_options.ts";
import { ppoRows, ppoSequences } from "./ppo_rows.ts";
import { type PpoStats, PpoStatsCollector } from "./ppo_stats.ts";
import { ppoStep } from "./ppo_step.ts";
import { correctMismatch } from "./sampling_mismatch.ts";
import { planUpdate, type UpdatePlan } from "./update_memory.ts";

/** What {@link ppoUpdate} returns. */
export interface PpoUpdateResult {
  /** Statistics over all steps. */
  readonly stats: PpoStats;
  /** Divergence of each answer from the base model before the update, shape [rows], nats. */
  readonly refKl: Float64Array;
  /** How it was cut into micro-batches, and the memory that this was predicted to take. */
  readonly plan: UpdatePlan;
}

/**
 * Updates one parameter group by clipped PPO. Reference, old log-probabilities, values and credit are
 * computed first, with the parameters as they are. The policy then takes one optimiser step per
 * mini-batch and pass, and the critic, if there is one, as many as its own passes make; they share no
 * parameter, so that it does not matter to the numbers who goes first.
 *
 * @param group The parameters to update, their optimisers and their base model.
 * @param rows The group's answers with their rewards, each of at least one token; at least one row.
 * @param options Settings.
 * @returns Statistics, the divergence of each row, and how the update was cut.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 * @throws {NumericError} If an answer was not sampled by these parameters and `samplingMismatch` refuses that,
 * the first ratio is not 1 or a gradient is not finite; the parameters are then those after the last good
 * step.
 * @throws The signal's reason when it aborts; likewise.
 */
export async function ppoUpdate(
  group: PolicyGroup,
  rows: readonly PolicyRow[],
  options: PpoOptions,
): Promise<PpoUpdateResult> {
  const plan = planPpoUpdate(group, rows, options);
  const settings = { ...options, maxBatchTokens: plan.maxBatchTokens };
  const prepared = correctMismatch(await ppoRows(group, rows, settings), group.key, options);
  const stats = new PpoStatsCollector(prepared);
  const { policySteps, criticSteps } = stepsOf(group, rows, options);
  const placed = (steps: readonly number[][], index: number) => ({
    members: steps[index]!.map((i) => prepared[i]!),
    place: { index, total: steps.length },
    stats,
  });
  for (const index of policySteps.keys()) {
    // The critic's steps are spread evenly over the policy's.
    const [from, to] = [index, index + 1].map((step) =>
      Math.floor(step * criticSteps.length / policySteps.length)
    );
    await ppoStep(group, {
      ...settings,
      ...placed(policySteps, index),
      beforeStep: async () => {
        for (let step = from!; step < to!; step++) {
          const { model, critic } = group;
          await criticStep(model, critic!, { ...settings, ...placed(criticSteps, step) });
        }
      },
    });
    await options.onStep?.(index + 1, policySteps.length);
  }
  const refKl = Float64Array.from(prepared, ({ kl }) => kl.reduce((a, b) => a + b, 0));
  return { stats: stats.summary(), refKl, plan };
}

/** The mini-batches of the policy and of the critic: the same ones as long as both have passes left. */
function stepsOf(
  { critic }: PolicyGroup,
  rows: readonly PolicyRow[],
  options: Pick<PpoOptions, "numPpoEpochs" | "numCriticEpochs" | "numMiniBatches" | "random">,
): { policySteps: number[][]; criticSteps: number[][] } {
  const { numPpoEpochs, numCriticEpochs } = options;
  return {
    policySteps: miniBatches(rows, { ...options, numEpochs: numPpoEpochs }),
    criticSteps: critic ? miniBatches(rows, { ...options, numEpochs: numCriticEpochs }) : [],
  };
}

/** The settings that decide how an update is cut. */
export type PpoPlanOptions = Pick<
  PpoOptions,
  | ("compat" | "maxNewTokens" | "maxBatchTokens" | "memoryBudget" | "gradientCheckpointing")
  | ("numPpoEpochs" | "numCriticEpochs" | "numMiniBatches" | "random")
>;

/**
 * How {@link ppoUpdate} would be cut into micro-batches, and the memory that it would take.
 *
 * @param group The parameters to update.
 * @param rows The answers, of which only lengths and questions matter.
 * @param options Settings.
 * @returns Size of the micro-batches and the predicted peak, with all that is in memory now.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export function planPpoUpdate(
  group: PolicyGroup,
  rows: readonly PolicyRow[],
  options: PpoPlanOptions,
): UpdatePlan {
  const sequences = rows.map((row) => ppoSequences(group, row, options));
  const { policySteps, criticSteps } = stepsOf(group, rows, options);
  // Steps of the critic are taken while the gradient of one of the policy's is kept.
  const steps = [...policySteps, ...criticSteps].map((step) => step.map((i) => sequences[i]!));
  return planUpdate(group.model.decoder.config, steps, {
    ...options,
    loraR: group.policy.r, // the critic's has the same
    bfloat16Copies: startedProductDtype(tf.backend()) === "bfloat16",
    heldBytes: tf.memory().numBytes,
  });
}
