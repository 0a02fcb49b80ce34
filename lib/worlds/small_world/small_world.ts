import { z } from "zod";
import type { OutputOf, WithCompat } from "../../core/mod.ts";
import type { TextFormat } from "../../discussion/mod.ts";
import type { TokenizerFiles } from "../../models/mod.ts";
import type { SmallWorldDemonstrator } from "./demonstrator.ts";
import { evidenceDemonstrator } from "./evidence_demonstrator.ts";
import { closedBookDemonstrator } from "./closed_book_demonstrator.ts";
import { closedBookSchema, loadClosedBook } from "./closed_book_kind.ts";
import { hiddenProfileSchema, loadHiddenProfile } from "./hidden_profile_kind.ts";
import { questionSchema, SMALL_WORLD_TASKS } from "./small_world_kind.ts";
import type { SmallWorldTask } from "./small_world_task.ts";
import { smallWorldPieceText, smallWorldText } from "./small_world_text.ts";
import { SMALL_WORLD_TOKENIZER_FILES } from "./small_world_tokenizer.ts";
import type { SmallWorldTokenizer } from "./small_world_tokenizer_json.ts";
import { strategyDemonstrator } from "./strategies.ts";

const named = <Name extends string>(name: Name) =>
  z.literal(name).describe("what the questions are about");

/**
 * Settings of what works with the small world alone: which of its tasks, and which questions.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const smallWorldSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: named("arithmetic"), ...questionSchema.shape }),
  z.strictObject({ name: named("entailment"), ...questionSchema.shape }),
  z.strictObject({ name: named("hidden_profile"), ...hiddenProfileSchema.shape }),
  z.strictObject({ name: named("closed_book"), ...closedBookSchema.shape }),
]);

/** Resolved settings of `smallWorldSchema`. */
export type SmallWorldSettings = WithCompat<OutputOf<typeof smallWorldSchema>>;

/** A task of the small world, and the words that its base models are pretrained on. */
export interface SmallWorld {
  /** Asks, solves and grades. */
  readonly task: SmallWorldTask;
  /** Words, chat markers and way of discussing. */
  readonly text: TextFormat;
  /** Writes the answers that base models are pretrained on. */
  readonly demonstrator: SmallWorldDemonstrator;
  /** The words as a saved model keeps them. */
  readonly tokenizerFiles: TokenizerFiles;
}

/** How a world is made. */
export interface SmallWorldOptions {
  /** Seed of the run. */
  readonly runSeed: number;
  /** Probability that a step of a worked solution slips, in [0, 1]; the other worlds have no slips. */
  readonly slipRate: number;
  /** How words are split. Default: not at all. */
  readonly tokenizer?: SmallWorldTokenizer;
}

/**
 * Makes the task that settings name. Its questions follow the run's seed unless they are fixed: runs of
 * other seeds then say how much results vary over questions as well, and share none but by chance.
 *
 * @param settings Checked settings.
 * @param options The run's seed, and how often its models slip.
 * @returns The task with its words.
 */
export function makeSmallWorld(
  settings: SmallWorldSettings,
  { runSeed, slipRate, tokenizer = "words" }: SmallWorldOptions,
): SmallWorld {
  const { task, demonstrator } = settings.name === "hidden_profile"
    ? evidenceWorld(settings, runSeed)
    : settings.name === "closed_book"
    ? closedBookWorld(settings, runSeed)
    : strategyWorld(settings, { runSeed, slipRate });
  const coding = tokenizer === "words" ? smallWorldText : smallWorldPieceText;
  return {
    task,
    text: { ...coding, format: demonstrator.format },
    demonstrator,
    tokenizerFiles: SMALL_WORLD_TOKENIZER_FILES[tokenizer],
  };
}

function evidenceWorld(
  settings: SmallWorldSettings & { readonly name: "hidden_profile" },
  runSeed: number,
): Pick<SmallWorld, "task" | "demonstrator"> {
  const task = loadHiddenProfile(settings, runSeed);
  return { task, demonstrator: evidenceDemonstrator({ task, numShared: settings.numShared }) };
}

function closedBookWorld(
  settings: SmallWorldSettings & { readonly name: "closed_book" },
  runSeed: number,
): Pick<SmallWorld, "task" | "demonstrator"> {
  const task = loadClosedBook(settings, runSeed);
  return { task, demonstrator: closedBookDemonstrator({ task }) };
}

function strategyWorld(
  { name, seed, ...settings }: SmallWorldSettings & { readonly name: "arithmetic" | "entailment" },
  { runSeed, slipRate }: Pick<SmallWorldOptions, "runSeed" | "slipRate">,
): Pick<SmallWorld, "task" | "demonstrator"> {
  const task = SMALL_WORLD_TASKS[name]({ ...settings, seed: seed ?? runSeed });
  return { task, demonstrator: strategyDemonstrator({ task, slipRate }) };
}
