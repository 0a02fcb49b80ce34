/**
 * Discussions as an experiment's settings ask for, with progress.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import {
  type Discussion,
  runDiscussions,
  type Scorer,
  type TextFormat,
} from "../discussion/mod.ts";
import { type GenerationMeter, PrefixStore } from "../generation/mod.ts";
import type { Decoder } from "../models/mod.ts";
import type { PolicySet } from "../rl/mod.ts";
import type { Question, Task } from "../tasks/mod.ts";
import { makeAgents } from "./make_agents.ts";
import type { DiscussionConfig, RewardConfig, SamplingConfig } from "./settings.ts";

/** What all discussions of a run share. */
export interface DiscussionSetting {
  /** Extracts and grades answers. */
  readonly task: Task;
  /** The base model of all agents. */
  readonly decoder: Decoder;
  /** Scores every answer. */
  readonly scorer: Scorer;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** What agents see, when they stop. */
  readonly discussion: DiscussionConfig;
  /** How they sample. */
  readonly sampling: SamplingConfig;
  /** Says which source's consensus rule holds. */
  readonly reward: RewardConfig;
  /** Stops between tokens, and between batches of scoring. */
  readonly signal?: AbortSignal;
}

/** One batch of discussions. */
export interface HoldOptions {
  /** What is discussed. */
  readonly questions: readonly Question[];
  /** A. */
  readonly numAgents: number;
  /** T. */
  readonly numTurns: number;
  /** G, discussions of each question; default 1. */
  readonly numSamples?: number;
  /** Trained parameters; absent = off the shelf. */
  readonly policies?: PolicySet | undefined;
  /** Updates done; the official consensus rule waits for some. */
  readonly update: number;
  /** Answers draw from streams of it. */
  readonly random: Random;
  /** Counts what generation costs. */
  readonly meter?: GenerationMeter;
  /** Called with answers done and the most there can be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Holds one batch of discussions. Keys and values are kept from turn to turn and freed at the end: no
 * parameter may change while it runs.
 *
 * @param setting What the run's discussions share.
 * @param options The batch.
 * @returns One discussion per question, in order.
 */
export async function holdDiscussions(
  setting: DiscussionSetting,
  options: HoldOptions,
): Promise<Discussion[]> {
  const { task, decoder, scorer, text, discussion, reward, sampling, signal } = setting;
  const { policies, meter, ...batch } = options;
  const fraction = discussion.consensusFraction;
  const prefixes = new PrefixStore(decoder, { maxBytes: sampling.prefixMegabytes * 2 ** 20 });
  const agents = makeAgents({
    ...setting,
    numAgents: options.numAgents,
    prefixes,
    ...(policies ? { policies } : {}),
    ...(meter ? { meter } : {}),
  });
  return await runDiscussions({
    ...batch,
    task,
    scorer,
    signal,
    format: text.format,
    showScores: discussion.showScores,
    agents,
    ...(fraction === null ? {} : {
      consensus: {
        fraction,
        rewardThreshold: discussion.consensusReward,
        compat: reward.compat,
        update: options.update,
      },
    }),
  }).finally(() => prefixes.dispose());
}
