import { quoted, type Random } from "../core/mod.ts";
import { type Discussion, discussionCost } from "../discussion/mod.ts";
import type { GenerationCost } from "../generation/mod.ts";
import type { LanguageModel } from "../models/mod.ts";
import type { Adapters } from "../rl/mod.ts";
import type { Question } from "../tasks/mod.ts";
import { unreadableWords } from "../text/mod.ts";
import type { ExperimentContext } from "../tracking/mod.ts";
import type { LoadedTask } from "../worlds/mod.ts";
import { type DiscussionSetting, holdDiscussions } from "./hold_discussions.ts";
import { makeSeats } from "./make_seats.ts";
import { describeMarkedTexts } from "./marked_texts.ts";
import type { RunParts } from "./run_parts.ts";
import type { DiscussionConfig, SamplingConfig } from "./schemas.ts";

/** Discussions that are held at once. */
export interface DiscussionRound {
  /** The task that they are of; default that of training. */
  readonly about?: LoadedTask;
  /** What is discussed. */
  readonly questions: readonly Question[];
  /** A; default as in training. */
  readonly numAgents?: number;
  /** T; default as in training. */
  readonly numTurns?: number;
  /** G, discussions of each question; default as in training. */
  readonly numSamples?: number;
  /** Number of the first of them; default 0. */
  readonly firstSample?: number;
  /** Whether agents read each other's answers; default true. */
  readonly readsOthers?: boolean;
  /** Softmax temperature of all agents; default each seat's own. */
  readonly temperature?: number;
  /** Trained parameters; absent = off the shelf. */
  readonly policies?: Adapters | undefined;
  /** Updates that they were trained for; default `update`. */
  readonly version?: number;
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

/** The settings that discussions follow. */
export interface RoundsConfig extends Pick<DiscussionSetting, "reward"> {
  /** What agents see, when they stop. */
  readonly discussion: DiscussionConfig;
  /** How they sample. */
  readonly sampling: SamplingConfig;
}

/** Holds discussions, shown under a label. */
export type Discuss = (label: string, round: DiscussionRound) => Promise<HeldRound>;

/**
 * How a run holds its discussions, with progress. It says when questions or answers hold chat markers of
 * the model: prompts leave these out.
 *
 * @param context The run.
 * @param config How agents sample and what they see.
 * @param parts Task, and who sits where.
 * @returns Holds the discussions of some questions.
 */
export function discussionRounds(
  { progress, signal, log }: Pick<ExperimentContext, "progress" | "signal" | "log">,
  config: RoundsConfig,
  { trained, seatsAbout }: Pick<RunParts, "trained" | "seatsAbout">,
): Discuss {
  const tellLeftOut = leftOutTeller(log);
  return async (label, { about: { task, format } = trained, policies, version, ...asked }) => {
    const { temperature, ...round } = asked;
    const { discussion, reward } = config;
    const numAgents = round.numAgents ?? discussion.numAgents;
    const numTurns = round.numTurns ?? discussion.numTurns;
    const numSamples = round.numSamples ?? discussion.numSamples;
    const total = round.questions.length * numSamples * numAgents * numTurns;
    using answered = progress.task(label, { total, unit: "answers" });
    let before = 0;
    const onProgress = (done: number) => {
      answered.advance(done - before);
      before = done;
    };
    const start = performance.now();
    const sitting = seatsAbout(task, numAgents)
      .map((seat) => temperature === undefined ? seat : { ...seat, temperature });
    const seats = makeSeats(sitting, {
      sampling: config.sampling,
      policies,
      version: version ?? round.update,
      signal,
    });
    const discussions = await holdDiscussions({ discussion, reward, task, format, signal }, {
      ...round,
      seats,
      numTurns,
      numSamples,
      onProgress,
    });
    const rolloutSeconds = (performance.now() - start) / 1000;
    tellLeftOut(discussions, sitting.map(({ model }) => model));
    for (const model of new Set(sitting.map((seat) => seat.model))) {
      const marked = describeMarkedTexts(discussions, { format, model });
      if (marked !== null) log(`${label}: ${marked}`);
    }
    return { discussions, rolloutSeconds, cost: discussionCost(discussions) };
  };
}

/** Words that are named where some are left out. */
const NAMED_WORDS = 3;

/** Tells once of each model that it cannot write what others have written, and what for example. */
function leftOutTeller(
  log: (line: string) => void,
): (discussions: readonly Discussion[], models: readonly LanguageModel[]) => void {
  const told = new Set<string>();
  return (discussions, models) => {
    for (const { answersTA } of discussions) {
      for (const { model, agent, wordsLeftOut = 0 } of answersTA.flat()) {
        if (wordsLeftOut === 0 || told.has(model)) continue;
        told.add(model);
        const written = answersTA.flat().map(({ solution }) => solution);
        const words = unreadableWords(models[agent]!.tokenizer, written, NAMED_WORDS).map(quoted);
        log(
          `${model} has no tokens for some words of the discussion` +
            (words.length === 0 ? "" : `, such as ${words.join(", ")}`) +
            ", which are left out of its prompts (column wordsLeftOut)",
        );
      }
    }
  };
}
