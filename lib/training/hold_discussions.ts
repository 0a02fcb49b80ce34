/**
 * Discussions as an experiment's settings ask for.
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import {
  type Discussion,
  type DiscussionFormat,
  runDiscussions,
  type Seat,
} from "../discussion/mod.ts";
import type { Question, Task } from "../tasks/mod.ts";
import type { DiscussionConfig, RewardConfig } from "./schemas.ts";

/** What all discussions of a run share. */
export interface DiscussionSetting {
  /** Extracts and grades answers. */
  readonly task: Task;
  /** How messages are written. */
  readonly format: DiscussionFormat;
  /** What agents see, when they stop. */
  readonly discussion: Pick<
    DiscussionConfig,
    "showScores" | "consensusFraction" | "consensusReward"
  >;
  /** Says which source's consensus rule holds. */
  readonly reward: Pick<RewardConfig, "compat">;
  /** Stops between batches of scoring; agents have one themselves. */
  readonly signal?: AbortSignal;
}

/** One batch of discussions. */
export interface HoldOptions {
  /** What is discussed. */
  readonly questions: readonly Question[];
  /** Shape [A], who answers and who scores. */
  readonly seats: readonly Seat[];
  /** T. */
  readonly numTurns: number;
  /** G, discussions of each question; default 1. */
  readonly numSamples?: number;
  /** Number of the first of them; default 0. */
  readonly firstSample?: number;
  /** Whether agents read each other's answers; default true. False: each refines alone, to the last turn. */
  readonly readsOthers?: boolean;
  /** Updates done; the official consensus rule waits for some. */
  readonly update: number;
  /** Answers draw from streams of it. */
  readonly random: Random;
  /** Called with answers done and the most there can be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Holds one batch of discussions.
 *
 * @param setting What the run's discussions share.
 * @param options The batch.
 * @returns One discussion per question and sample, in order.
 */
export async function holdDiscussions(
  { task, format, discussion, reward, signal }: DiscussionSetting,
  { update, ...batch }: HoldOptions,
): Promise<Discussion[]> {
  const { showScores, consensusFraction: fraction, consensusReward: rewardThreshold } = discussion;
  const { compat } = reward;
  return await runDiscussions({
    ...batch,
    task,
    format,
    showScores,
    signal,
    // Who reads nobody cannot stop when others agree.
    ...(fraction === null || batch.readsOthers === false
      ? {}
      : { consensus: { fraction, rewardThreshold, compat, update } }),
  });
}
