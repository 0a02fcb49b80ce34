/**
 * Answers with everything about them that stays fixed during a PPO update.
 *
 * @module
 */
import { type Decoder, type MaskedSequence, sequenceLogProbs } from "../models/mod.ts";
import type { Compat } from "../core/compat.ts";
import type { KlEstimator } from "./kl.ts";
import type { PolicyGroup } from "./policies.ts";
import { type PolicyRow, responseSequence, sequenceValues } from "./policy_rows.ts";
import { ppoTargets } from "./ppo_targets.ts";

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
}

/** One answer, ready to train on. N tokens; M = N states, or N + 1 with room behind in official mode. */
export interface PpoRow {
  /** The answer. */
  readonly row: PolicyRow;
  /** Prompt and answer, as the policy reads them. */
  readonly policySequence: MaskedSequence;
  /** Prompt and answer, as the value function reads them. */
  readonly valueSequence: MaskedSequence;
  /** Before the update, shape [N], nats. */
  readonly oldLogProbs: Float32Array;
  /** Before the update, shape [M]. */
  readonly oldValues: Float32Array;
  /** Shape [N]. */
  readonly advantages: Float32Array;
  /** Shape [M]. */
  readonly returns: Float32Array;
  /** Divergence from the base model per token, shape [N], nats. */
  readonly kl: Float64Array;
}

/**
 * Computes old and reference log-probabilities, values, advantages and returns of a group's answers.
 * Advantages are whitened over all tokens of one (turn, agent) (spec §11.1).
 *
 * @param decoder The base model; with the adapter off it is the reference policy.
 * @param group The parameters before the update.
 * @param options Settings and the rows; each row has at least one token.
 * @returns One entry per row, in order.
 */
export async function ppoRows(
  decoder: Decoder,
  group: PolicyGroup,
  { rows, ...settings }: PpoTargetSettings & { readonly rows: readonly PolicyRow[] },
): Promise<PpoRow[]> {
  const options = { temperature: settings.temperature, maxTokens: settings.maxBatchTokens };
  const policySequences = rows.map((row) => responseSequence(row.promptTokens, row.tokens));
  // The state behind the last token is the one that would predict one more: hence a pad token there.
  const behind = ({ tokens }: PolicyRow) =>
    settings.compat === "official" && tokens.length < settings.maxNewTokens
      ? Int32Array.of(...tokens, decoder.config.padTokenId)
      : tokens;
  const valueSequences = rows.map((row) => responseSequence(row.valuePromptTokens, behind(row)));
  const oldLogProbs = await sequenceLogProbs(
    { decoder, adapter: group.adapter },
    policySequences,
    options,
  );
  const refLogProbs = await sequenceLogProbs({ decoder }, policySequences, options);
  const oldValues = await sequenceValues(
    { decoder, adapter: group.valueAdapter },
    group.valueHead,
    {
      sequences: valueSequences,
      maxTokens: settings.maxBatchTokens,
    },
  );
  const pairs = Map.groupBy(rows.keys(), (i) => `${rows[i]!.turn}/${rows[i]!.agent}`);
  const result = new Array<PpoRow>(rows.length);
  for (const indices of pairs.values()) {
    const targets = ppoTargets(
      indices.map((i) => ({
        oldLogProbs: oldLogProbs[i]!,
        refLogProbs: refLogProbs[i]!,
        values: oldValues[i]!,
        score: rows[i]!.reward,
      })),
      settings,
    );
    for (const [k, i] of indices.entries()) {
      const { numTokens, advantages, returns, kl } = targets[k]!;
      result[i] = {
        row: rows[i]!,
        policySequence: policySequences[i]!,
        valueSequence: valueSequences[i]!,
        oldLogProbs: oldLogProbs[i]!,
        oldValues: oldValues[i]!,
        advantages: Float32Array.from(advantages.subarray(0, numTokens)),
        returns: Float32Array.from(returns),
        kl,
      };
    }
  }
  return result;
}
