/**
 * Answers with everything about them that stays fixed during a PPO update.
 *
 * @module
 */
import {
  batchLogProbs,
  type LoraAdapter,
  type MaskedSequence,
  perSequence,
  type RowBatch,
  rowBatches,
} from "../models/mod.ts";
import { criticValues, startBiases } from "./critic.ts";
import { checkFiniteFloats, klOfRows } from "./kl_of_rows.ts";
import type { PolicyGroup } from "./policy_group.ts";
import { type PolicyRow, responseSequence } from "./policy_rows.ts";
import type { PpoTargetSettings } from "./ppo_options.ts";
import type { UpdateSequences } from "./update_memory.ts";

/** What the critic says of an answer and is to say. M = N states, or N + 1 with room behind in official mode. */
export interface RowValues {
  /** Before the update, shape [M]. */
  readonly oldValues: Float32Array;
  /** What the critic is trained towards, shape [M]. */
  readonly returns: Float32Array;
  /** Monte-Carlo returns, which the values are to predict, shape [M]. */
  readonly monteCarloReturns: Float32Array;
}

/** One answer, ready to train on. N tokens. */
export interface PpoRow extends UpdateSequences {
  /** The answer. */
  readonly row: PolicyRow;
  /** Before the update, shape [N], nats. */
  readonly oldLogProbs: Float32Array;
  /** Of the base model, shape [N], nats. */
  readonly refLogProbs: Float32Array;
  /** Shape [N]. */
  readonly advantages: Float32Array;
  /** Estimated divergence from the base model per token, shape [N], nats. */
  readonly kl: Float64Array;
  /** Absent where there is no critic. */
  readonly values?: RowValues;
}

/**
 * Computes old and reference log-probabilities, values, advantages and returns of a group's answers.
 *
 * @param group The parameters before the update. A critic that has taken no step gets its biases.
 * @param rows The group's answers, each of at least one token.
 * @param settings Credit, divergence and batches.
 * @returns One entry per row, in order.
 * @throws {NumericError} If a reward, value, log-probability or divergence is not finite.
 * @throws The signal's reason when it aborts.
 */
export async function ppoRows(
  group: PolicyGroup,
  rows: readonly PolicyRow[],
  settings: PpoTargetSettings,
): Promise<PpoRow[]> {
  const { decoder } = group.model;
  const { padTokenId } = decoder.config;
  const drafts = rows.map((row) => ppoSequences(group, row, settings));
  const cut = (sequences: readonly MaskedSequence[]) =>
    rowBatches(sequences, { padTokenId, maxTokens: settings.maxBatchTokens });
  // Old and reference log-probabilities are of the same tokens, in the same batches.
  const policyBatches = cut(drafts.map(({ policySequence }) => policySequence));
  const logProbs = (adapter?: LoraAdapter) =>
    perSequence(
      policyBatches,
      ({ batch }) => batchLogProbs({ decoder, adapter }, batch, group.temperature).logProbs,
      settings,
    );
  const oldLogProbs = await logProbs(group.policy);
  const refLogProbs = await logProbs(); // the base model's own weights, no copy of them
  for (const [i, { reward }] of rows.entries()) checkFiniteFloats([reward], `score of row ${i}`);
  const kl = klOfRows(
    rows.map((_, i) => ({ oldLogProbs: oldLogProbs[i]!, refLogProbs: refLogProbs[i]! })),
    settings.klEstimator,
  );
  const credited = rows.map((row, i) => ({ ...row, kl: kl[i]! }));

  const { credit } = settings;
  const { critic } = group;
  const monteCarloReturns = critic && credit.monteCarloReturns?.(credited);
  let values: Float32Array[] | undefined;
  if (critic && monteCarloReturns) {
    // Before the first step only: a value network that starts at the mean return has less to unlearn.
    startBiases(critic, rows.map(({ turn }, i) => ({ turn, returns: monteCarloReturns[i]! })));
    const sequences = drafts.map(({ valueSequence }, i) =>
      valueSequence ?? drafts[i]!.policySequence
    );
    // Where the critic reads what the policy reads, the batches are the same ones, too.
    const areSame = sequences.every((sequence, i) => sequence === drafts[i]!.policySequence);
    const batches = areSame ? policyBatches : cut(sequences);
    values = await perSequence(
      batches,
      (part) =>
        criticValues(critic, { decoder }, { batch: part.batch, turns: turnsOfStates(part, rows) }),
      settings,
    );
  }
  const targets = credit.assign(
    credited.map((row, i) => values ? { ...row, values: values[i]! } : row),
    settings.others,
  );
  return rows.map((row, i): PpoRow => ({
    row,
    ...drafts[i]!,
    oldLogProbs: oldLogProbs[i]!,
    refLogProbs: refLogProbs[i]!,
    advantages: targets[i]!.advantages,
    kl: kl[i]!,
    ...(values && monteCarloReturns
      ? {
        values: {
          oldValues: values[i]!,
          returns: targets[i]!.returns!,
          monteCarloReturns: monteCarloReturns[i]!,
        },
      }
      : {}),
  }));
}

/**
 * The turn of the answer that each counted token of a batch belongs to.
 *
 * @param batch Which sequences it holds, and where their tokens are.
 * @param rows The answers, by the index of their sequence.
 * @returns Shape [N].
 */
export function turnsOfStates(
  { members, offsets }: Pick<RowBatch, "members" | "offsets">,
  rows: readonly Pick<PolicyRow, "turn">[],
): Int32Array {
  const turns = new Int32Array(offsets.at(-1)!);
  for (const [i, index] of members.entries()) {
    turns.fill(rows[index]!.turn, offsets[i], offsets[i + 1]);
  }
  return turns;
}

/**
 * What the policy and the critic read of an answer.
 *
 * @param group Whether there is a critic, and the token that stands behind an answer where it reads one
 * state more.
 * @param row The answer.
 * @param settings Where the score goes, and most tokens of an answer.
 * @returns Both sequences, one and the same object where they agree; the critic's only if there is one.
 */
export function ppoSequences(
  { model, critic }: Pick<PolicyGroup, "model" | "critic">,
  { promptTokens, valuePromptTokens, tokens }: PolicyRow,
  { compat, maxNewTokens }: Pick<PpoTargetSettings, "compat" | "maxNewTokens">,
): UpdateSequences {
  const policySequence = responseSequence(promptTokens, tokens);
  if (!critic) return { policySequence };
  // The state behind the last token is the one that would predict one more: hence a pad token there.
  if (compat === "official" && tokens.length < maxNewTokens) {
    const longer = Int32Array.of(...tokens, model.decoder.config.padTokenId);
    return { policySequence, valueSequence: responseSequence(valuePromptTokens, longer) };
  }
  const valueSequence = valuePromptTokens === promptTokens
    ? policySequence
    : responseSequence(valuePromptTokens, tokens);
  return { policySequence, valueSequence };
}
