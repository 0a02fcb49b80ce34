import { z } from "zod";
import type { OutputOf } from "../../core/mod.ts";
import { compatOf, countOrNone } from "../../core/option_types.ts";
import type { TaskKind } from "../task_kind.ts";
import { makeArithmetic } from "./arithmetic.ts";
import { makeEntailment } from "./entailment.ts";
import type { EvidenceTask } from "./hidden_profile.ts";
import { smallWorldFormat } from "./small_world_format.ts";
import type { SmallWorldTaskConfig } from "./small_world_task.ts";

/** Names of the small world's tasks. */
export type SmallWorldTaskName = "arithmetic" | "entailment";

/** Its longest solutions take as many. */
export const SMALL_WORLD_ANSWER_TOKENS = 40;

/** What makes the tasks of the small world, by their names. */
export const SMALL_WORLD_TASKS: Readonly<
  Record<SmallWorldTaskName, (config: SmallWorldTaskConfig) => EvidenceTask>
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
 * A task of the small world as a kind of task.
 *
 * @param name Which task.
 * @returns The kind.
 */
export function smallWorldKind(name: SmallWorldTaskName): TaskKind<QuestionSettings> {
  return {
    schema: questionSchema,
    answerTokens: SMALL_WORLD_ANSWER_TOKENS,
    load: (settings, runSeed) =>
      Promise.resolve(SMALL_WORLD_TASKS[name]({ ...settings, seed: settings.seed ?? runSeed })),
    format: () => smallWorldFormat,
  };
}
