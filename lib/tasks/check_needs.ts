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
  /** Path of the setting that says how many for each, where one does: `algorithm.questionsPerUpdate`. */
  readonly eachSetting?: string;
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
  const [short] = needs.filter((need) => countOf(need) > 0).flatMap((need) => {
    const { size } = setOf(task, need);
    if (size === null || size >= countOf(need)) return [];
    return [{ need, size, most: Math.floor(size / (need.each ?? 1)) }];
  }).sort((a, b) => a.most - b.most); // what fits the smallest split fits all that the setting asks
  if (short === undefined) return;
  const { need: { split, setting, value, each, eachSetting }, size, most } = short;
  const count = countOf(short.need);
  throw new ConfigError(
    `Cannot ask ${count} questions of split ${named(split)} as task ${named(task.name)} ` +
      `must have as many for ${setting}=${value}` +
      `${eachSetting === undefined ? "" : ` of ${eachSetting}=${each}`}: it has ${size}`,
    {
      thing: setting,
      value,
      remedy: most > 0
        ? `Set ${setting} to ${most} or less`
        : `Give the split at least ${count} questions`,
    },
  );
}

/** How many questions are asked in all. */
function countOf({ value, each = 1 }: QuestionNeed): number {
  return value * each;
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
