import { z } from "zod";
import type { SchemaOf } from "../../core/mod.ts";
import { type TaskKind, taskKind } from "../task_kind.ts";
import { makeArithmetic } from "./arithmetic.ts";
import { makeEntailment } from "./entailment.ts";
import { smallWorldFormat } from "./small_world_format.ts";
import type { SmallWorldTask, SmallWorldTaskConfig } from "./small_world_task.ts";

/** What makes the tasks of the small world, by their names. */
export const SMALL_WORLD_TASKS = {
  arithmetic: makeArithmetic,
  entailment: makeEntailment,
} as const;

/** Settings of both tasks. */
export const smallWorldShape = {
  seed: z.number().int().min(0).nullable().default(null)
    .describe("seed of the question generator; null = the run's seed"),
  difficulty: z.number().int().min(1).max(3).default(2)
    .describe("1 = two steps, numbers to 50; 2 = two steps, to 99; 3 = three steps"),
  compat: z.enum(["paper", "official"]).default("paper")
    .describe("how answers are extracted: as the paper wants it, or as the official code does it"),
};

/**
 * A task of the small world as a kind of task. Its questions follow the run's seed unless they are
 * fixed: runs of other seeds then say how much results vary over questions as well, and share none but
 * by chance.
 *
 * @param name Which task.
 * @returns The kind.
 */
export function smallWorldKind(
  name: SmallWorldSettings["name"],
): TaskKind<typeof smallWorldShape> {
  return taskKind({
    schema: z.strictObject(smallWorldShape),
    load: (settings, runSeed) =>
      Promise.resolve(makeSmallWorldTask({ name, ...settings }, runSeed)),
    format: () => smallWorldFormat,
  });
}

/** Settings of what works with the small world alone: which of its tasks, and which questions. */
export const smallWorldSchema: SchemaOf<SmallWorldSettings> = z.strictObject({
  name: z.enum(["arithmetic", "entailment"]).default("arithmetic")
    .describe("what the questions are about"),
  ...smallWorldShape,
});

/** Resolved settings of {@linkcode smallWorldSchema}. */
export type SmallWorldSettings = Omit<SmallWorldTaskConfig, "seed"> & {
  /** Which task. */
  readonly name: keyof typeof SMALL_WORLD_TASKS;
  /** Seed of the questions; null = the run's. */
  readonly seed: number | null;
};

/**
 * Makes the task that settings name.
 *
 * @param settings Checked settings.
 * @param runSeed Seed of the run, which questions follow that have none of their own.
 * @returns The task.
 */
export function makeSmallWorldTask(
  { name, ...settings }: SmallWorldSettings,
  runSeed: number,
): SmallWorldTask {
  return SMALL_WORLD_TASKS[name]({ ...settings, seed: settings.seed ?? runSeed });
}
