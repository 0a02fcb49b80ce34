import type { Random } from "../core/mod.ts";
import { type Discussion, discussionCost, type Seat } from "../discussion/mod.ts";
import type { GenerationCost } from "../generation/mod.ts";
import type { Question } from "../tasks/mod.ts";
import type { ExperimentContext } from "../tracking/mod.ts";
import type { LoadedTask } from "../worlds/mod.ts";
import { type DiscussionSetting, holdDiscussions } from "./hold_discussions.ts";
import type { DiscussionConfig } from "./schemas.ts";

/** Discussions that are held at once, whoever holds them. */
export interface Round {
  /** What is discussed. */
  readonly questions: readonly Question[];
  /** T; default as in training. */
  readonly numTurns?: number;
  /** G, discussions of each question; default as in training. */
  readonly numSamples?: number;
  /** Number of the first of them; default 0. */
  readonly firstSample?: number;
  /** Whether agents read each other's answers; default true. */
  readonly readsOthers?: boolean;
  /** Updates done; the official consensus rule waits for some, in evaluations (Infinity) for none. */
  readonly update: number;
  /** Answers draw from streams of it. */
  readonly random: Random;
}

/** Discussions, and what they cost. */
export interface HeldRound {
  /** One per question and sample, in order. */
  readonly discussions: Discussion[];
  /** Time of answers and scores, in seconds. */
  readonly rolloutSeconds: number;
  /** What generation cost. */
  readonly cost: GenerationCost;
}

/** The settings that every round follows. */
export interface HeldConfig extends Pick<DiscussionSetting, "reward"> {
  /** What agents see, when they stop. */
  readonly discussion: DiscussionConfig;
}

/** What is held, and by whom. */
export interface SeatedRound extends Round {
  /** Names it while it goes on. */
  readonly label: string;
  /** The task that it is of. */
  readonly about: LoadedTask;
  /** Shape [A], who answers and who scores. */
  readonly seats: readonly Seat[];
}

/**
 * Holds discussions of some seats, with progress.
 *
 * @param context The run.
 * @param config What agents see, when they stop.
 * @param held Questions, seats, and what differs from the settings.
 * @returns The discussions, and what they cost.
 */
export async function holdRound(
  { progress, signal }: Pick<ExperimentContext, "progress" | "signal">,
  { discussion, reward }: HeldConfig,
  { label, about: { task, format }, seats, ...round }: SeatedRound,
): Promise<HeldRound> {
  const { numTurns = discussion.numTurns, numSamples = discussion.numSamples } = round;
  const total = round.questions.length * numSamples * seats.length * numTurns;
  using answered = progress.task(label, { total, unit: "answers" });
  let before = 0;
  const onProgress = (done: number) => {
    answered.advance(done - before);
    before = done;
  };
  const start = performance.now();
  const discussions = await holdDiscussions({ discussion, reward, task, format, signal }, {
    ...round,
    seats,
    numTurns,
    numSamples,
    onProgress,
  });
  const rolloutSeconds = (performance.now() - start) / 1000;
  return { discussions, rolloutSeconds, cost: discussionCost(discussions) };
}
