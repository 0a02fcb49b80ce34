/**
 * One PPO update of one parameter group from the answers of a batch of discussions (spec §11).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { NumericError } from "../core/mod.ts";
import { type ProductDtype, startedProductDtype } from "../device/mod.ts";
import type { Decoder } from "../models/mod.ts";
import { miniBatches } from "./mini_batches.ts";
import type { PolicyGroup } from "./policies.ts";
import type { PolicyRow } from "./policy_rows.ts";
import type { PpoOptions } from "./ppo_options.ts";
import { type PpoRow, ppoRows, ppoSequences } from "./ppo_rows.ts";
import { type PpoStats, PpoStatsCollector, samplingError } from "./ppo_stats.ts";
import { ppoStep } from "./ppo_step.ts";
import { planUpdate, type UpdatePlan } from "./update_memory.ts";

/**
 * How far training may find a sampled token's log-probability from what it was when sampled, in nats:
 * generation with a cache and a forward pass over the whole sequence round differently. Factors of 8
 * significant bits move the logits of unlikely tokens by tenths. Another adapter or temperature would show
 * as whole nats somewhere in a batch.
 */
const SAMPLING_TOLERANCE: Readonly<Record<ProductDtype, number>> = {
  float32: 0.02,
  float16: 0.25,
  bfloat16: 0.5,
};

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
 * Updates one parameter group by clipped PPO. Reference, old log-probabilities and values are
 * computed first, with the parameters as they are; each mini-batch then takes one optimiser step
 * on the policy loss plus `vfCoef` times the value loss.
 *
 * @param decoder The base model; also the reference policy (adapter off).
 * @param group The parameters to update and their optimiser.
 * @param rows The group's answers with their rewards, each of at least one token; at least one row.
 * @param options Settings.
 * @returns Statistics, the divergence of each row, and how the update was cut.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 * @throws {NumericError} If an answer was not sampled by these parameters, the first ratio is not 1 or a gradient is not finite; the parameters are
 * then those after the last good step.
 * @throws The signal's reason when it aborts; likewise.
 */
export async function ppoUpdate(
  decoder: Decoder,
  group: PolicyGroup,
  { rows, ...options }: PpoOptions & { readonly rows: readonly PolicyRow[] },
): Promise<PpoUpdateResult> {
  const plan = planPpoUpdate(decoder, group, { ...options, rows });
  const steps = miniBatches(rows, options);
  const settings = { ...options, maxBatchTokens: plan.maxBatchTokens };
  const prepared = await ppoRows(decoder, group, { ...settings, rows });
  for (const row of prepared) checkSampling(row, group.key);
  const stats = new PpoStatsCollector(prepared);
  for (const [index, step] of steps.entries()) {
    const members = step.map((i) => prepared[i]!);
    await ppoStep(decoder, group, {
      ...settings,
      members,
      stats,
      place: { index, total: steps.length },
    });
    await options.onStep?.(index + 1, steps.length);
  }
  const refKl = Float64Array.from(prepared, ({ kl }) => kl.reduce((a, b) => a + b, 0));
  return { stats: stats.summary(), refKl, plan };
}

/** The settings that decide how an update is cut. */
export type PpoPlanOptions = Pick<
  PpoOptions,
  | ("compat" | "maxNewTokens" | "maxBatchTokens" | "memoryBudget" | "gradientCheckpointing")
  | ("numPpoEpochs" | "numMiniBatches" | "random")
>;

/**
 * How {@link ppoUpdate} would be cut into micro-batches, and the memory that it would take.
 *
 * @param decoder The base model.
 * @param group The parameters to update.
 * @param options Settings and the answers, of which only lengths and questions matter.
 * @returns Size of the micro-batches and the predicted peak, with all that is in memory now.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export function planPpoUpdate(
  decoder: Decoder,
  group: PolicyGroup,
  { rows, ...options }: PpoPlanOptions & { readonly rows: readonly PolicyRow[] },
): UpdatePlan {
  const sequences = rows.map((row) => ppoSequences(row, decoder.config.padTokenId, options));
  const steps = miniBatches(rows, options).map((step) => step.map((i) => sequences[i]!));
  return planUpdate(decoder.config, steps, {
    ...options,
    loraR: group.adapter.r, // the value function's has the same
    halfCopies: startedProductDtype(tf.backend()) === "bfloat16",
    heldBytes: tf.memory().numBytes,
  });
}

function checkSampling(row: PpoRow, key: string): void {
  const error = samplingError(row);
  if (error <= SAMPLING_TOLERANCE[startedProductDtype(tf.backend())]) return;
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
