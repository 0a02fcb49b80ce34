import { z } from "zod";
import { ConfigError, type OutputOf, type SchemaOf, type WithCompat } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
import type { Task } from "../tasks/mod.ts";
import { anliKind } from "./anli_kind.ts";
import { gsm8kKind } from "./gsm8k_kind.ts";
import { jsonlKind } from "./jsonl_kind.ts";
import type { Demonstrator } from "./demonstrations/mod.ts";
import { closedBookKind, hiddenProfileKind, smallWorldKind } from "./small_world/mod.ts";
import type { TaskKind } from "./task_kind.ts";
import { tinygsmKind } from "./tinygsm_kind.ts";
import { wordProblemsKind } from "./word_problems/mod.ts";

/**
 * All kinds of tasks by the name that settings give them: a new one is a file, and a line here.
 *
 * @internal Its type is inferred; `--help` lists the settings of each.
 */
export const TASK_KINDS = {
  arithmetic: smallWorldKind("arithmetic"),
  entailment: smallWorldKind("entailment"),
  hidden_profile: hiddenProfileKind,
  closed_book: closedBookKind,
  jsonl: jsonlKind,
  word_problems: wordProblemsKind,
  gsm8k: gsm8kKind,
  anli: anliKind,
  tinygsm: tinygsmKind,
} as const;

/** Names of all kinds of tasks. */
export type TaskName = keyof typeof TASK_KINDS;

/** Settings of a task as they are given: its name, and the settings of its kind. */
export type GivenTask = {
  readonly [Name in TaskName]:
    & { readonly name: Name }
    & OutputOf<(typeof TASK_KINDS)[Name]["schema"]>;
}[TaskName];

/** Resolved settings of a task. */
export type TaskSettings = WithCompat<GivenTask>;

/** Names of all kinds of tasks, as settings give them. */
export const TASK_NAMES: readonly TaskName[] = Object.keys(TASK_KINDS) as TaskName[];

/** Settings of a task: `name` chooses the kind, and with it the other settings. */
export const taskSchema: SchemaOf<GivenTask> = z.discriminatedUnion(
  "name",
  TASK_NAMES.map((name) =>
    z.strictObject({
      name: z.literal(name).describe("what the questions are about"),
      ...TASK_KINDS[name].schema.shape,
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
  return { task: await kindOf(settings).load(settings, runSeed), format: formatOf(settings) };
}

/**
 * How the questions of a task are discussed; loads no question.
 *
 * @param settings Checked settings.
 * @returns The format.
 */
export function formatOf(settings: TaskSettings): DiscussionFormat {
  return kindOf(settings).format(settings);
}

/**
 * Who demonstrates how the questions of a task are solved and discussed.
 *
 * @param settings Checked settings.
 * @returns The writer of answers to the questions that {@linkcode loadTask} loads.
 * @throws {ConfigError} If there is none.
 */
export function demonstratorOf(settings: TaskSettings): Demonstrator {
  const demonstrator = kindOf(settings).demonstrator?.(settings);
  if (demonstrator !== undefined) return demonstrator;
  const others = TASK_NAMES.filter((name) => "demonstrator" in TASK_KINDS[name]);
  throw new ConfigError(
    `Cannot demonstrate ${settings.name} as somebody must write solutions of its questions: nobody does`,
    {
      thing: "task.name",
      value: settings.name,
      remedy: `Take a task that has demonstrations: ${others.join(", ")}`,
    },
  );
}

/**
 * Where the questions of a task come from.
 *
 * @param settings Checked settings.
 * @returns Paths of files or folders; none where questions are drawn.
 */
export function pathsOfTask(settings: TaskSettings): string[] {
  if ("files" in settings) return Object.values(settings.files);
  return "folder" in settings ? [settings.folder] : [];
}

/** The paper's, for GSM8K (G.2). */
const FREE_TEXT_TOKENS = 300;

/**
 * How long answers to the questions of a task may well be.
 *
 * @param settings Checked settings.
 * @returns Tokens.
 */
export function answerTokensOf(settings: TaskSettings): number {
  return kindOf(settings).answerTokens ?? FREE_TEXT_TOKENS;
}

function kindOf({ name }: TaskSettings): TaskKind<TaskSettings> {
  return TASK_KINDS[name] as TaskKind<TaskSettings>;
}
