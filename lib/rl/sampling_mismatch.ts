/**
 * Answers that were sampled with other probabilities than those that are trained: by another program,
 * on another device, or some updates ago.
 *
 * @module
 */
import { NumericError } from "../core/mod.ts";
import { type ProductDtype, startedProductDtype } from "../device/mod.ts";
import * as tf from "@tensorflow/tfjs";
import type { PpoRow } from "./ppo_rows.ts";
import { samplingError } from "./ppo_stats.ts";

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

/** What an update does where sampling and training disagree. */
export interface SamplingMismatchSettings {
  /** Refuse the update, or weight each token by how much likelier training finds it. */
  readonly samplingMismatch: "refuse" | "truncate";
  /** Distance in nats above which an update is refused; null = what rounding explains. */
  readonly samplingTolerance: number | null;
  /** C, the largest weight, at least 1. */
  readonly importanceSamplingCap: number;
}

/**
 * Truncated importance weights min(exp(log π_old − log μ), C) of tokens drawn by μ and trained as π_old
 * (Ionides 2008, "Truncated Importance Sampling"; for the sampler and the trainer of a language model
 * {@link https://fengyao.notion.site/off-policy-rl | Yao et al. 2025}, and TRL's
 * `vllm_importance_sampling_cap`, 2 by default).
 *
 * @param oldLogProbs Of the policy before the update, log π_old, shape [N], nats, finite.
 * @param sampledLogProbs With which the tokens were drawn, log μ, shape [N], nats.
 * @param cap C. Without it the weights are unbiased, but one unlikely token may outweigh all others.
 * @returns Shape [N], in [0, C]. They are constants: no gradient flows through them.
 * @throws {NumericError} If a log-probability is not a number.
 */
export function importanceWeights(
  oldLogProbs: Float32Array,
  sampledLogProbs: Float32Array,
  cap: number,
): Float32Array {
  return oldLogProbs.map((old, i) => {
    const weight = Math.min(Math.exp(old - sampledLogProbs[i]!), cap);
    if (!Number.isNaN(weight)) return weight;
    throw new NumericError(
      `Cannot weight sampled tokens as their log-probabilities must be numbers: token ${i} has ` +
        `${sampledLogProbs[i]}`,
      {
        thing: "sampledLogProbs",
        value: sampledLogProbs[i]!,
        remedy: "Correct what the agent answers as log-probabilities",
      },
    );
  });
}

/**
 * Compares the answers of an update with how they were sampled.
 *
 * @param rows Of one parameter group. Those whose sampled log-probabilities are not known pass.
 * @param key The group.
 * @param settings Refuse, or weight.
 * @returns The same rows where mismatches are refused. Otherwise each advantage times its token's weight,
 * which is the clipped loss times it, as no weight is negative.
 * @throws {NumericError} If an answer is further off than allowed, or a log-probability is not a number.
 */
export function correctMismatch(
  rows: readonly PpoRow[],
  key: string,
  settings: SamplingMismatchSettings,
): readonly PpoRow[] {
  if (settings.samplingMismatch === "truncate") {
    return rows.map((row) => weighted(row, settings.importanceSamplingCap));
  }
  const tolerance = settings.samplingTolerance ??
    SAMPLING_TOLERANCE[startedProductDtype(tf.backend())];
  for (const row of rows) checkSampling(row, key, tolerance);
  return rows;
}

function weighted(row: PpoRow, cap: number): PpoRow {
  const { sampledLogProbs } = row.row;
  if (!sampledLogProbs) return row;
  const weights = importanceWeights(row.oldLogProbs, sampledLogProbs, cap);
  return { ...row, advantages: row.advantages.map((advantage, i) => advantage * weights[i]!) };
}

function checkSampling(row: PpoRow, key: string, tolerance: number): void {
  const error = samplingError(row);
  if (error <= tolerance) return;
  const { question, agent, turn } = row.row;
  throw new NumericError(
    `Cannot update ${key} as its answers must be sampled by its own parameters and temperature: the ` +
      `log-probabilities of question ${question}, agent ${agent}, turn ${turn} are ${error} nats apart`,
    {
      thing: key,
      value: error,
      remedy: "Set algorithm.samplingMismatch=truncate if it is sampled elsewhere, or report it",
    },
  );
}
