import { type EvaluationRow, questionKey } from "../evaluation/mod.ts";
import type { EvaluatedRow } from "./frame_columns.ts";

/** What metrics read of a row of `evaluations.parquet`. */
export type MeasuredRow = Pick<
  EvaluatedRow,
  | "questionId"
  | "questionHash"
  | "agent"
  | "turn"
  | "answer"
  | "gold"
  | "correct"
  | "responseLength"
>;

/**
 * What metrics need of rows of `evaluations.parquet`.
 *
 * @param rows Rows of one evaluation, or of several.
 * @returns One entry per row, in order.
 */
export function evaluatedAnswers(rows: readonly MeasuredRow[]): EvaluationRow[] {
  return rows.map((
    { questionId, questionHash, agent, turn, answer, gold, correct, responseLength },
  ) => ({
    question: questionKey(questionId, questionHash),
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
  rows: readonly EvaluatedRow[],
): Readonly<Record<string, EvaluationRow[]>> {
  const models = Map.groupBy(rows, ({ model }) => model);
  return Object.fromEntries(
    [...models].map(([model, answers]) => [model, evaluatedAnswers(answers)]),
  );
}

/**
 * The split that a run asked before and after training, and without discussion: that of its untrained models,
 * as evaluations between two updates are of trained ones.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @returns `validation` where settings are chosen, else `test`.
 */
export function finalSplit(
  rows: readonly Pick<EvaluatedRow, "evaluation" | "update">[],
): string {
  return rows.find(({ update }) => update === 0)?.evaluation ?? "test";
}

/**
 * What questions are called that runs asked before and after training.
 *
 * @param runs Runs, usually all of one split.
 * @param options `test`: the word for test questions; default `test`.
 * @returns Such as `test questions`, or `validation questions`.
 */
export function askedQuestions(
  runs: readonly {
    readonly evaluations: readonly Pick<EvaluatedRow, "evaluation" | "update">[];
  }[],
  { test = "test" }: { readonly test?: string } = {},
): string {
  const splits = new Set(runs.map(({ evaluations }) => finalSplit(evaluations)));
  const words = [...splits].map((split) => split === "test" ? test : split);
  return `${words.join(" and ") || test} questions`;
}

/**
 * Answers before and after training, which tables and pictures are of: those between two updates were read to
 * choose by. Where these are of the same split, they are told by their updates.
 *
 * @typeParam Row What is known of an answer.
 * @param rows Rows of `evaluations.parquet`, of a finished run.
 * @returns Those of the untrained model and of the most trained one.
 */
export function firstAndLast<Row extends Pick<EvaluatedRow, "evaluation" | "update">>(
  rows: readonly Row[],
): Row[] {
  const split = finalSplit(rows);
  const asked = rows.filter(({ evaluation }) => evaluation === split);
  const last = asked.reduce((most, { update }) => Math.max(most, update), 0);
  return asked.filter(({ update }) => update === 0 || update === last);
}
