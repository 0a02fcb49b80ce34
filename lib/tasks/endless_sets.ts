import { checkIndex, checkSplit } from "./question_set.ts";
import { type Split, SPLITS } from "./split_of.ts";
import type { Question, QuestionSet } from "./task.ts";

/**
 * Sets without end of questions that are drawn, one for each split.
 *
 * @param task The task's name.
 * @param draw Makes the question of an index, with a content that `splitOf()` gives to the split.
 * @returns The `questions()` of a task.
 */
export function endlessSets<Q extends Question>(
  task: string,
  draw: (split: Split, index: number) => Q,
): (split: string) => QuestionSet<Q> {
  return (name) => {
    const split = checkSplit(name, { task, splits: SPLITS });
    return { size: null, at: (index) => draw(split, checkIndex(index)) };
  };
}
