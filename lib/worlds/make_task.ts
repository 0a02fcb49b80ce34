import type { Compat } from "../core/compat.ts";
import { nearestName } from "../core/nearest.ts";
import { makeArithmetic, makeEntailment } from "./small_world/mod.ts";
import type { Task } from "../tasks/task.ts";

/** Which task, and which of its questions. */
export interface TaskConfig {
  /** The task's name. */
  readonly name: string;
  /** Any safe integer. */
  readonly seed: number;
  /** 1 (easy) to 3 (hard). */
  readonly difficulty: number;
  /** How answers are extracted; default `"paper"`. */
  readonly compat?: Compat;
}

const MAKERS: Readonly<Record<string, (config: TaskConfig) => Task>> = {
  arithmetic: makeArithmetic,
  entailment: makeEntailment,
};

/** Names that {@link makeTask} takes. */
export const TASK_NAMES: readonly string[] = Object.keys(MAKERS);

/**
 * Makes the task that a config names.
 *
 * @param config Name, seed and difficulty.
 * @returns The task.
 * @throws {RangeError} If there is no task of that name or difficulty.
 */
export function makeTask(config: TaskConfig): Task {
  const make = Object.hasOwn(MAKERS, config.name) ? MAKERS[config.name] : undefined;
  if (!make) {
    const nearest = nearestName(config.name, TASK_NAMES);
    throw new RangeError(
      `Cannot make the task as name must be one of ${TASK_NAMES.join(", ")}: ` +
        `got "${config.name}"${nearest ? `, did you mean "${nearest}"?` : ""}`,
    );
  }
  return make(config);
}
