import { ConfigError, named } from "../core/mod.ts";
import type { QuestionSet, Task } from "./task.ts";

/** Questions that a run asks: `value * each` of a split. */
export interface QuestionNeed {
  /** The split. */
  readonly split: string;
  /** Path of the setting that says how many: `algorithm.updates`. */
  readonly setting: string;
  /** Its value. */
  readonly value: number;
  /** Questions for each; default 1. */
  readonly each?: number;
  /** The setting for which the split is asked at all, with its value; default `setting=value`. */
  readonly asker?: string;
}

/**
 * Refuses a run that would ask for more questions than its task has, before anything is computed.
 *
 * @param task The task.
 * @param needs What is asked; those of no question ask for nothing.
 * @throws {ConfigError} If a split is missing or has too few, naming the setting.
 */
export function checkNeeds(task: Task, needs: readonly QuestionNeed[]): void {
  for (const need of needs) {
    const { split, setting, value, each = 1 } = need;
    const count = value * each;
    if (count === 0) continue;
    const { size } = setOf(task, need);
    if (size === null || size >= count) continue;
    const most = Math.floor(size / each);
    throw new ConfigError(
      `Cannot ask ${count} questions of split ${named(split)} as task ${named(task.name)} ` +
        `must have as many for ${setting}=${value}: it has ${size}`,
      {
        thing: setting,
        value,
        remedy: most > 0
          ? `Set ${setting} to ${most} or less`
          : `Give the split at least ${each} questions`,
      },
    );
  }
}

/** The questions of a split; where there is none, it is said who asks for it. */
function setOf(task: Task, { split, setting, value, asker }: QuestionNeed): QuestionSet {
  try {
    return task.questions(split);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [message] = error.message.split("\n", 1);
    throw new ConfigError(`${message} (asked for by ${asker ?? `${setting}=${value}`})`, {
      thing: setting,
      value,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      cause: error,
    });
  }
}
