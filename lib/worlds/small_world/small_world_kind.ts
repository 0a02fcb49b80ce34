import { z } from "zod";
import type { OutputOf, WithCompat } from "../../core/mod.ts";
import { compatOf, countOrNone } from "../../core/option_types.ts";
import type { TextFormat } from "../../discussion/mod.ts";
import type { TokenizerFiles } from "../../models/mod.ts";
import type { TaskKind } from "../task_kind.ts";
import { makeArithmetic } from "./arithmetic.ts";
import { makeEntailment } from "./entailment.ts";
import { smallWorldFormat } from "./small_world_format.ts";
import type { SmallWorldTask, SmallWorldTaskConfig } from "./small_world_task.ts";
import { smallWorldText } from "./small_world_text.ts";
import { smallWorldTokenizerFiles } from "./small_world_tokenizer.ts";

/** Names of the small world's tasks. */
export type SmallWorldTaskName = "arithmetic" | "entailment";

/** What makes the tasks of the small world, by their names. */
export const SMALL_WORLD_TASKS: Readonly<
  Record<SmallWorldTaskName, (config: SmallWorldTaskConfig) => SmallWorldTask>
> = { arithmetic: makeArithmetic, entailment: makeEntailment };

/**
 * Which questions of a task of the small world.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const questionSchema = z.strictObject({
  seed: countOrNone(2 ** 32 - 1).nullable().default(null)
    .describe("seed of the question generator; null = the run's seed"),
  difficulty: z.number().int().min(1).max(3).default(2)
    .describe("1 = two steps, numbers to 50; 2 = two steps, to 99; 3 = three steps"),
  compat: compatOf(
    "how answers are extracted: as the paper wants it, or as the official code does it",
  ),
});

/** Settings of a task of the small world, as `questionSchema` gives them. */
export type QuestionSettings = OutputOf<typeof questionSchema>;

/**
 * Settings of what works with the small world alone: which of its tasks, and which questions.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const smallWorldSchema = z.strictObject({
  name: z.enum(["arithmetic", "entailment"]).default("arithmetic")
    .describe("what the questions are about"),
  ...questionSchema.shape,
});

/** Resolved settings of `smallWorldSchema`. */
export type SmallWorldSettings = WithCompat<OutputOf<typeof smallWorldSchema>>;

/** A task of the small world, and the words that its base models are pretrained on. */
export interface SmallWorld {
  /** Asks, solves and grades. */
  readonly task: SmallWorldTask;
  /** Words, chat markers and way of discussing. */
  readonly text: TextFormat;
  /** The words as a saved model keeps them. */
  readonly tokenizerFiles: TokenizerFiles;
}

/**
 * Makes the task that settings name. Its questions follow the run's seed unless they are fixed: runs of
 * other seeds then say how much results vary over questions as well, and share none but by chance.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run.
 * @returns The task with its words.
 */
export function makeSmallWorld(
  { name, seed, ...settings }: SmallWorldSettings,
  runSeed: number,
): SmallWorld {
  return {
    task: SMALL_WORLD_TASKS[name]({ ...settings, seed: seed ?? runSeed }),
    text: smallWorldText,
    tokenizerFiles: smallWorldTokenizerFiles,
  };
}

/**
 * A task of the small world as a kind of task.
 *
 * @param name Which task.
 * @returns The kind.
 */
export function smallWorldKind(name: SmallWorldTaskName): TaskKind<QuestionSettings> {
  return {
    schema: questionSchema,
    load: (settings, runSeed) =>
      Promise.resolve(makeSmallWorld({ name, ...settings }, runSeed).task),
    format: () => smallWorldFormat,
  };
}
