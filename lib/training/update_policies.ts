/**
 * One MAPoRL update: every parameter group takes a PPO update from the same discussions (§3.2).
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import type { Decoder } from "../models/mod.ts";
import { type PolicyRow, type PolicySet, ppoUpdate, type PpoUpdateResult } from "../rl/mod.ts";
import { encodeChat } from "../text/mod.ts";
import { learningRateOf, type UpdatesOfGroup } from "./learning_rate.ts";
import { measurePeak } from "./peak_memory.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { AlgorithmConfig } from "./settings.ts";

/** Settings of {@link updatePolicies}. */
export interface UpdatePoliciesOptions {
  /** PPO settings. */
  readonly algorithm: AlgorithmConfig;
  /** Temperature that each agent's answers were sampled with; agents that share parameters share it. */
  readonly temperatures: readonly number[];
  /** Most tokens of an answer. */
  readonly maxNewTokens: number;
  /** Turns that the update trains; the paper trains all of the trained groups' turns in each. */
  readonly turns: readonly number[];
  /** How far a group is in the updates of the run that train it, see `countUpdates()`. */
  readonly updatesOf: (group: string) => UpdatesOfGroup;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** Draws the mini-batches. */
  readonly random: Random;
  /** Called between optimiser steps; may throw to stop. */
  readonly onStep?: (group: string, done: number, total: number) => void | Promise<void>;
  /** Stops between two micro-batches; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What happened to one parameter group. */
export interface GroupUpdate extends PpoUpdateResult {
  /** The answers that it was trained on; `refKl` has one entry each. */
  readonly rows: readonly PolicyRow[];
  /** Time of the update, in seconds. */
  readonly seconds: number;
  /** Most memory in use meanwhile, in bytes; null where the device does not tell. */
  readonly peakBytes: number | null;
}

/**
 * The rows that each parameter group is trained on. Answers without tokens and answers that the
 * reward masks out are left out.
 *
 * @param discussions With rewards.
 * @param policies Which parameters gave which answer.
 * @param options Turns, text and what the value function reads.
 * @returns Rows by group key; groups without rows are absent.
 */
export function policyRows(
  discussions: readonly RewardedDiscussion[],
  policies: PolicySet,
  options: Pick<UpdatePoliciesOptions, "text"> & {
    readonly turns: readonly number[];
    readonly valueInput: "question" | "full";
  },
): Map<string, PolicyRow[]> {
  const { turns, text, valueInput } = options;
  const rows = new Map<string, PolicyRow[]>();
  for (const [index, { discussion, parts }] of discussions.entries()) {
    const question = encodeChat(text.tokenizer, text.template, [
      { role: "user", content: text.format.firstMessage(discussion.question) },
    ], { addGenerationPrompt: true });
    for (const { agent, turn, promptTokens, tokens, logProbs } of discussion.answersTA.flat()) {
      const group = policies.group(agent, turn);
      const isPaid = parts.presentTA[turn]![agent] === 1;
      if (!group || !isPaid || !turns.includes(turn) || tokens.length === 0) continue;
      const row = {
        question: index,
        agent,
        turn,
        promptTokens,
        tokens,
        sampledLogProbs: logProbs,
        valuePromptTokens: valueInput === "full" ? promptTokens : question,
        reward: parts.totalTA[turn]![agent]!,
      };
      const members = rows.get(group.key);
      if (members) members.push(row);
      else rows.set(group.key, [row]);
    }
  }
  return rows;
}

/**
 * Updates every parameter group.
 *
 * @param decoder The base model.
 * @param policies Changed in place.
 * @param options Settings, and the `discussions` with their rewards.
 * @returns Updates by group key; groups without an answer to train on are absent.
 * @throws The signal's reason when it aborts; the parameters are then those after the last whole step.
 */
export async function updatePolicies(
  decoder: Decoder,
  policies: PolicySet,
  options: UpdatePoliciesOptions & { readonly discussions: readonly RewardedDiscussion[] },
): Promise<Map<string, GroupUpdate>> {
  const { algorithm, temperatures, maxNewTokens, random, onStep, signal } = options;
  const rowsByGroup = policyRows(options.discussions, policies, {
    ...options,
    valueInput: algorithm.valueInput,
  });
  const updates = new Map<string, GroupUpdate>();
  for (const [key, rows] of rowsByGroup) {
    const group = policies.groups.get(key)!;
    const start = performance.now();
    const { result, peakBytes } = await measurePeak(() =>
      ppoUpdate(decoder, group, {
        ...algorithm,
        rows,
        temperature: temperatures[rows[0]!.agent]!,
        maxNewTokens,
        signal,
        learningRate: learningRateOf(algorithm, options.updatesOf(key)),
        random: random.split(key),
        ...(onStep ? { onStep: (done: number, total: number) => onStep(key, done, total) } : {}),
      })
    );
    const seconds = (performance.now() - start) / 1000;
    updates.set(key, { ...result, rows, seconds, peakBytes });
  }
  return updates;
}
