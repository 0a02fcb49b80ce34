import { ConfigError, named, nearestName } from "../core/mod.ts";
import type { Question, QuestionSet } from "./task.ts";

/** Which questions {@linkcode takeQuestions} takes. */
export interface QuestionRange {
  /** Index of the first; default 0. */
  readonly from?: number;
  /** How many. */
  readonly count: number;
}

/**
 * Some questions in a row.
 *
 * @param set Where they are taken from.
 * @param range The first and their number.
 * @returns Shape [count].
 * @throws {RangeError} If the set ends before.
 */
export function takeQuestions<Q extends Question>(
  set: QuestionSet<Q>,
  { from = 0, count }: QuestionRange,
): Q[] {
  return Array.from({ length: count }, (_, i) => set.at(from + i));
}

/**
 * A set of the questions of a list.
 *
 * @param questions All of them.
 * @returns The set.
 */
export function questionSetOf<Q extends Question>(questions: readonly Q[]): QuestionSet<Q> {
  return {
    size: questions.length,
    at: (index) => questions[checkIndex(index, questions.length)]!,
  };
}

/**
 * Checks a question's index.
 *
 * @param index A question's index in its split.
 * @param size Number of questions; default: no end.
 * @returns The same.
 * @throws {RangeError} If it is not a natural number below the size.
 */
export function checkIndex(index: number, size = Infinity): number {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    const wanted = size === Infinity ? "a natural number" : `a natural number below ${size}`;
    throw new RangeError(
      `Cannot take the question as its index must be ${wanted}: current value is ${index}`,
    );
  }
  return index;
}

/**
 * Checks the name of a split.
 *
 * @param split The name.
 * @param known The splits that there are, and the task's name.
 * @returns The same.
 * @throws {ConfigError} If the task has no such split.
 */
export function checkSplit<S extends string>(
  split: string,
  { task, splits }: { readonly task: string; readonly splits: readonly S[] },
): S {
  const known = splits.find((name) => name === split);
  if (known !== undefined) return known;
  const nearest = nearestName(split, splits);
  throw new ConfigError(
    `Cannot ask questions of task ${named(task)} as its splits are ${splits.join(", ")}: ` +
      `there is no ${named(split)}`,
    {
      thing: task,
      value: split,
      remedy: nearest === undefined
        ? `Give the task questions for ${named(split)}`
        : `Did you mean ${named(nearest)}? Else give the task questions for ${named(split)}`,
    },
  );
}
