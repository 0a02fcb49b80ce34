/**
 * One PPO update of one parameter group from the answers of a batch of discussions (spec §11).
 *
 * @module
 */
import { NumericError } from "../core/mod.ts";
import type { Decoder } from "../models/mod.ts";
import type { PolicyGroup } from "./policies.ts";
import type { PolicyRow } from "./policy_rows.ts";
import type { PpoOptions } from "./ppo_options.ts";
import { type PpoRow, ppoRows } from "./ppo_rows.ts";
import { type PpoStats, PpoStatsCollector, samplingError } from "./ppo_stats.ts";
import { ppoStep } from "./ppo_step.ts";

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
