import { quoted } from "../core/mod.ts";
import type { Discussion } from "../discussion/mod.ts";
import type { LanguageModel } from "../models/mod.ts";
import type { Adapters } from "../rl/mod.ts";
import { unreadableWords } from "../text/mod.ts";
import type { ExperimentContext } from "../tracking/mod.ts";
import type { LoadedTask } from "../worlds/mod.ts";
import { type HeldConfig, type HeldRound, holdRound, type Round } from "./hold_round.ts";
import { makeSeats } from "./make_seats.ts";
import { describeMarkedTexts } from "./marked_texts.ts";
import type { RunParts } from "./run_parts.ts";
import type { SamplingConfig } from "./schemas.ts";

/** Discussions that are held at once by the models of a run. */
export interface DiscussionRound extends Round {
  /** The task that they are of; default that of training. */
  readonly about?: LoadedTask;
  /** A; default as in training. */
  readonly numAgents?: number;
  /** Softmax temperature of all agents; default each seat's own. */
  readonly temperature?: number;
  /** Trained parameters; absent = off the shelf. */
  readonly policies?: Adapters | undefined;
  /** Updates that they were trained for; default `update`. */
  readonly version?: number;
}

/** The settings that discussions follow. */
export interface RoundsConfig extends HeldConfig {
  /** How agents sample. */
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
  context: Pick<ExperimentContext, "progress" | "signal" | "log">,
  config: RoundsConfig,
  { trained, seatsAbout }: Pick<RunParts, "trained" | "seatsAbout">,
): Discuss {
  const { signal, log } = context;
  const tellLeftOut = leftOutTeller(log);
  return async (label, { about = trained, policies, version, temperature, ...asked }) => {
    const { numAgents = config.discussion.numAgents, ...round } = asked;
    const sitting = seatsAbout(about.task, numAgents)
      .map((seat) => temperature === undefined ? seat : { ...seat, temperature });
    const seats = makeSeats(sitting, {
      sampling: config.sampling,
      policies,
      version: version ?? round.update,
      signal,
    });
    const held = await holdRound(context, config, { ...round, label, about, seats });
    const { discussions } = held;
    tellLeftOut(discussions, sitting.map(({ model }) => model));
    for (const model of new Set(sitting.map((seat) => seat.model))) {
      const marked = describeMarkedTexts(discussions, { format: about.format, model });
      if (marked !== null) log(`${label}: ${marked}`);
    }
    return held;
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
