import type { Task } from "./task.ts";

/**
 * What was left out when the questions of tasks were read, for a plan.
 *
 * @param tasks The tasks of a run; the same may be there twice.
 * @returns The lines, each once.
 */
export function taskNotes(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.flatMap(({ notes }) => notes ?? []))];
}
