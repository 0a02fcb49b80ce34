import type { z } from "zod";
import type { DiscussionFormat } from "../discussion/mod.ts";
import type { Task } from "../tasks/mod.ts";

/** A kind of task that settings can name. */
export interface TaskKind<S extends z.ZodRawShape = z.ZodRawShape> {
  /** Its settings besides its name: type, default, range and meaning of each. */
  readonly schema: z.ZodObject<S>;
  /**
   * Makes the task; whatever is wrong with its questions shows here, before anything runs.
   *
   * @param settings Checked settings.
   * @param runSeed Seed of the run, for questions that are drawn.
   * @returns The task.
   */
  load(settings: z.output<z.ZodObject<S>>, runSeed: number): Promise<Task>;
  /**
   * How its questions are discussed.
   *
   * @param settings Checked settings.
   * @returns The format.
   */
  format(settings: z.output<z.ZodObject<S>>): DiscussionFormat;
}

/**
 * Declares a kind of task; infers the type of its settings from their schema.
 *
 * @param kind Settings, loader and format.
 * @returns The same.
 */
export function taskKind<S extends z.ZodRawShape>(kind: TaskKind<S>): TaskKind<S> {
  return kind;
}
