import type { ClosedBookTask } from "./closed_book_task.ts";
import type { SmallWorldQuestion, SmallWorldTask } from "./small_world_task.ts";

/** Facts are told apart by how often pretraining asks for them, in quarters. */
const QUARTERS = 4;

/** What a model recalls of the facts of one quarter. */
export interface FactRecall {
  /** Which quarter, from 0: the most asked for. */
  readonly quarter: number;
  /** How often pretraining asks for a fact of it, as a multiple of the mean over all facts; a mean. */
  readonly timesMean: number;
  /** How often answers stated one. */
  readonly stated: number;
  /** Share of these that were stated rightly, in [0, 1]. */
  readonly right: number;
  /** What guessing would reach: the mean of one over the options, in [0, 1]. */
  readonly guessed: number;
}

/**
 * Whether a task's questions need facts that they do not tell.
 *
 * @param task Any task of the small world.
 * @returns Whether it is a closed-book task.
 */
export function isClosedBook(task: SmallWorldTask): task is ClosedBookTask {
  return "recalled" in task && "valuesOf" in task;
}

/**
 * What answers recall of the world, common facts and rare ones apart.
 *
 * @param task Knows what is so.
 * @param questions What was asked.
 * @param responses One answer for each; any text. What is no solution says nothing of facts.
 * @returns One entry for each quarter of which a fact was stated, the most asked for first.
 */
export function factRecall(
  task: ClosedBookTask,
  questions: readonly SmallWorldQuestion[],
  responses: readonly string[],
): FactRecall[] {
  const stated = questions.flatMap((question, i) => {
    const values = task.valuesOf(question, responses[i]!);
    if (values === null) return [];
    return task.recalled(question).map(({ value, options, popularity }, fact) => ({
      quarter: Math.floor(popularity.quantile * QUARTERS),
      timesMean: popularity.timesMean,
      isRight: values[fact] === value,
      guessed: 1 / options.length,
    }));
  });
  return Array.from({ length: QUARTERS }, (_, quarter) => quarter).flatMap((quarter) => {
    const facts = stated.filter((fact) => fact.quarter === quarter);
    if (facts.length === 0) return [];
    const mean = (of: (fact: (typeof facts)[number]) => number) =>
      facts.reduce((sum, fact) => sum + of(fact), 0) / facts.length;
    return [{
      quarter,
      timesMean: mean(({ timesMean }) => timesMean),
      stated: facts.length,
      right: mean(({ isRight }) => Number(isRight)),
      guessed: mean(({ guessed }) => guessed),
    }];
  });
}
