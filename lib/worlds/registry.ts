import { z } from "zod";
import type { SchemaOf } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
import type { Task } from "../tasks/mod.ts";
import { jsonlKind, type JsonlSettings } from "./jsonl_kind.ts";
import { type QuestionSettings, smallWorldKind } from "./small_world/mod.ts";
import type { TaskKind } from "./task_kind.ts";

/** The settings of each kind of task, besides its name. */
export interface KindSettings {
  /** Word problems of the small world. */
  readonly arithmetic: QuestionSettings;
  /** Premises and claims of the small world. */
  readonly entailment: QuestionSettings;
  /** Questions from files. */
  readonly jsonl: JsonlSettings;
}

/** All kinds of tasks by the name that settings give them: a new one is a file, and a line here and above. */
const KINDS: { readonly [Name in keyof KindSettings]: TaskKind<KindSettings[Name]> } = {
  arithmetic: smallWorldKind("arithmetic"),
  entailment: smallWorldKind("entailment"),
  jsonl: jsonlKind,
};

/** Names of all kinds of tasks. */
export type TaskName = keyof KindSettings;

/** Resolved settings of a task: its name, and the settings of its kind. */
export type TaskSettings = {
  readonly [Name in TaskName]: { readonly name: Name } & KindSettings[Name];
}[TaskName];

/** Names of all kinds of tasks, as settings give them. */
export const TASK_NAMES: readonly TaskName[] = Object.keys(KINDS) as TaskName[];

/** Settings of a task: `name` chooses the kind, and with it the other settings. */
export const taskSchema: SchemaOf<TaskSettings> = z.discriminatedUnion(
  "name",
  TASK_NAMES.map((name) =>
    z.strictObject({
      name: z.literal(name).describe("what the questions are about"),
      ...KINDS[name].schema.shape,
    })
  ) as never,
) as never;

/** A task, and how its questions are discussed. */
export interface LoadedTask {
  /** Asks and grades. */
  readonly task: Task;
  /** Writes the messages of a discussion. */
  readonly format: DiscussionFormat;
}

/**
 * Loads the task that settings name.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run; questions that are drawn follow it unless they have a seed of their own.
 * @returns Task and format.
 * @throws {ConfigError} If its questions cannot be used.
 * @throws {RunError} If a file cannot be read.
 */
export async function loadTask(settings: TaskSettings, runSeed: number): Promise<LoadedTask> {
  const kind = KINDS[settings.name] as TaskKind<TaskSettings>;
  return { task: await kind.load(settings, runSeed), format: kind.format(settings) };
}
