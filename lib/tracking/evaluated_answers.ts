import type { EvaluationRow } from "../evaluation/mod.ts";
import type { EvaluationsRow } from "./frame_columns.ts";

/**
 * What metrics need of rows of `evaluations.parquet`.
 *
 * @param rows Rows of one evaluation, or of several.
 * @returns One entry per row, in order.
 */
export function evaluatedAnswers(rows: readonly EvaluationsRow[]): EvaluationRow[] {
  return rows.map(({ questionId, agent, turn, answer, gold, correct, responseLength }) => ({
    question: questionId,
    agent,
    turn,
    answer,
    gold,
    correct,
    length: responseLength,
  }));
}

/**
 * Answers by the model that gave them.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @returns Answers by the model's name, in the order of the rows.
 */
export function answersByModel(
  rows: readonly EvaluationsRow[],
): Readonly<Record<string, EvaluationRow[]>> {
  const models = Map.groupBy(rows, ({ model }) => model);
  return Object.fromEntries(
    [...models].map(([model, answers]) => [model, evaluatedAnswers(answers)]),
  );
}

/**
 * Answers to test questions before and after training: others were read to choose by.
 *
 * @typeParam Row What else is known of each.
 * @param rows Rows of `evaluations.parquet`.
 * @returns Those of the untrained model and of the most trained one.
 */
export function firstAndLast<Row extends Pick<EvaluationsRow, "evaluation" | "update">>(
  rows: readonly Row[],
): Row[] {
  const tested = rows.filter(({ evaluation }) => evaluation === "test");
  const last = tested.reduce((most, { update }) => Math.max(most, update), 0);
  return tested.filter(({ update }) => update === 0 || update === last);
}
