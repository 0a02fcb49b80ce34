import { type ArmRun, type EvaluatedRow, firstAndLast } from "../../lib/tracking/mod.ts";

/**
 * Answers of a run's trained agents to the questions of the end; of those that it begins with where it trains none.
 *
 * @param run The run.
 * @returns Their rows, of all turns.
 */
export function trainedAnswers({ evaluations }: ArmRun): EvaluatedRow[] {
  const asked = firstAndLast(evaluations);
  const last = asked.reduce((most, { update }) => Math.max(most, update), 0);
  const model = asked.findLast(({ update }) => update === last)?.model;
  return asked.filter((row) => row.model === model);
}

/**
 * Answers of a run's agents to the questions of the end before they are trained.
 *
 * @param run The run.
 * @returns Their rows, of all turns.
 */
export function untrainedAnswers({ evaluations }: ArmRun): EvaluatedRow[] {
  const asked = firstAndLast(evaluations);
  return asked.filter((row) => row.model === asked[0]!.model);
}
