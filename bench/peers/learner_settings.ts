/**
 * Settings of PPO under the names that the Python side uses.
 *
 * @module
 */
import type { MaporlConfig } from "../../experiments/maporl/config.ts";
import type { Precision } from "../support/start_precision.ts";

/** Rows that the peer computes at once: the fastest of 12, 24, 32, 48 and 96 (bench/README.md). */
const MICRO_ROWS: Readonly<Record<Precision, number>> = { float32: 24, bfloat16: 96 };

/**
 * What `ppo.py` needs of the arithmetic experiment's settings.
 *
 * @param config The arithmetic experiment's.
 * @param dtype Precision of the peer.
 * @returns Plain JSON.
 */
export function learnerSettings(
  config: MaporlConfig,
  dtype: Precision,
): Record<string, unknown> {
  const { algorithm, sampling } = config;
  return {
    base: config.base,
    r: algorithm.loraR,
    alpha: algorithm.loraAlpha,
    learning_rate: algorithm.learningRate,
    temperature: sampling.temperature,
    kl_coef: algorithm.klCoef,
    gamma: algorithm.gamma,
    gae_lambda: algorithm.gaeLambda,
    cliprange: algorithm.cliprange,
    vf_coef: algorithm.vfCoef,
    max_grad_norm: algorithm.maxGradNorm,
    num_ppo_epochs: algorithm.numPpoEpochs,
    num_mini_batches: algorithm.numMiniBatches,
    micro_rows: MICRO_ROWS[dtype],
  };
}
