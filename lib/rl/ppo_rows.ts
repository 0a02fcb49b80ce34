/**
 * Answers with everything about them that stays fixed during a PPO update.
 *
 * @module
 */
import {
  batchLogProbs,
  type Decoder,
  type LoraAdapter,
  type MaskedSequence,
  perSequence,
  rowBatches,
} from "../models/mod.ts";
import type { Compat } from "../core/compat.ts";
import type { KlEstimator } from "./kl.ts";
import type { PolicyGroup } from "./policies.ts";
import { batchValues, type PolicyRow, responseSequence } from "./policy_rows.ts";
import { ppoTargets } from "./ppo_targets.ts";
import type { UpdateSequences } from "./update_memory.ts";
import { whiteningPools } from "./whitening_pools.ts";

/** Settings of {@link ppoRows}; see {@link ppoTargets} for what they do. */
export interface PpoTargetSettings {
  /** Temperature that the answers were sampled with; divides all logits (spec §19 B8). */
  readonly temperature: number;
  /** Price of a nat of divergence from the base model. */
  readonly klCoef: number;
  /** Estimator of that divergence. */
  readonly klEstimator: KlEstimator;
  /** Discount per token. */
  readonly gamma: number;
  /** λ of GAE per token. */
  readonly gaeLambda: number;
  /** Scale token rewards to variance 1. */
  readonly whitenRewards: boolean;
  /** Scale advantages to mean 0 and variance 1. */
  readonly whitenAdvantages: boolean;
  /** Where the score goes. */
  readonly compat: Compat;
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Most padded tokens of one batch; bounds memory. */
  readonly maxBatchTokens: number;
  /** Stops between two micro-batches, with the parameters as the last whole step left them. */
  readonly signal?: AbortSignal | undefined;
}

/** One answer, ready to train on. N tokens; M = N states, or N + 1 with room behind in official mode. */
export interface PpoRow extends UpdateSequences {
  /** The answer. */
  readonly row: PolicyRow;
  /** Before the update, shape [N], nats. */
  readonly oldLogProbs: Float32Array;
  /** Before the update, shape [M]. */
  readonly oldValues: Float32Array;
  /** Shape [N]. */
  readonly advantages: Float32Array;
  /** Shape [M]. */
  readonly returns: Float32Array;
  /** Discounted sums of the token rewards, which the values are to predict, shape [M]. */
  readonly rewardsToGo: Float32Array;
  /** Divergence from the base model per token, shape [N], nats. */
  readonly kl: Float64Array;
}

/**
 * Computes old and reference log-probabilities, values, advantages and returns of a group's answers.
 * Advantages are whitened over all tokens of one (turn, agent) (spec §11.1), over more where it gave few
 * answers (`whiteningPools()`).
 *
 * @param decoder The base model; with the adapter off it is the reference policy.
 * @param group The parameters before the update.
 * @param options Settings and the rows; each row has at least one token.
 * @returns One entry per row, in order.
 * @throws The signal's reason when it aborts.
 */
export async function ppoRows(
  decoder: Decoder,
  group: PolicyGroup,
  { rows, ...settings }: PpoTargetSettings & { readonly rows: readonly PolicyRow[] },
): Promise<PpoRow[]> {
  const drafts = rows.map((row) => ppoSequences(row, decoder.config.padTokenId, settings));
  const cut = (sequences: readonly MaskedSequence[]) =>
    rowBatches(sequences, {
      padTokenId: decoder.config.padTokenId,
      maxTokens: settings.maxBatchTokens,
    });
  const policyBatches = cut(drafts.map(({ policySequence }) => policySequence));
  const valueBatches =
    drafts.every(({ policySequence, valueSequence }) => policySequence === valueSequence)
      ? policyBatches
      : cut(drafts.map(({ valueSequence }) => valueSequence));
  const logProbs = (adapter?: LoraAdapter) =>
    perSequence(
      policyBatches,
      (batch) => batchLogProbs({ decoder, adapter }, batch, settings.temperature).logProbs,
      settings,
    );
  const oldLogProbs = await logProbs(group.adapter);
  const refLogProbs = await logProbs(); // the base model's own weights, no copy of them
  const values = { decoder, adapter: group.valueAdapter };
  const oldValues = await perSequence(
    valueBatches,
    (batch) => batchValues(values, group.valueHead, batch),
    settings,
  );
  const targets = ppoTargets(
    rows.map((row, i) => ({
      oldLogProbs: oldLogProbs[i]!,
      refLogProbs: refLogProbs[i]!,
      values: oldValues[i]!,
      score: row.reward,
    })),
    { ...settings, pools: whiteningPools(rows) },
  );
  return rows.map((row, i) => {
    const { numTokens, advantages, returns, rewardsToGo, kl } = targets[i]!;
    return {
      row,
      ...drafts[i]!,
      oldLogProbs: oldLogProbs[i]!,
      oldValues: oldValues[i]!,
      advantages: Float32Array.from(advantages.subarray(0, numTokens)),
      returns: Float32Array.from(returns),
      rewardsToGo: Float32Array.from(rewardsToGo),
      kl,
    };
  });
}

/**
 * What the policy and the value function read of an answer.
 *
 * @param row The answer.
 * @param padTokenId Stands behind it where the value function reads one state more.
 * @param settings Where the score goes, and most tokens of an answer.
 * @returns Both sequences, one and the same object where they agree.
 */
export function ppoSequences(
  { promptTokens, valuePromptTokens, tokens }: PolicyRow,
  padTokenId: number,
  { compat, maxNewTokens }: Pick<PpoTargetSettings, "compat" | "maxNewTokens">,
): UpdateSequences {
  const policySequence = responseSequence(promptTokens, tokens);
  // The state behind the last token is the one that would predict one more: hence a pad token there.
  if (compat === "official" && tokens.length < maxNewTokens) {
    const longer = Int32Array.of(...tokens, padTokenId);
    return { policySequence, valueSequence: responseSequence(valuePromptTokens, longer) };
  }
  const valueSequence = valuePromptTokens === promptTokens
    ? policySequence
    : responseSequence(valuePromptTokens, tokens);
  return { policySequence, valueSequence };
}
