import { type EvaluationRow, evaluationTable } from "./evaluation_table.ts";
import type { QuestionKey } from "./question_key.ts";

/**
 * All answers to every question, to choose one of them: independent answers (one turn, the n-th answer
 * as agent n), or those that a discussion held (A × T).
 *
 * @typeParam Row A row with whatever else it carries, such as a score.
 * @param rows Every answer once.
 * @returns Questions in the order of their first rows, shape [Q], and each one's answers by turn and agent.
 * A discussion that stopped early has fewer.
 * @throws {RangeError} If there is no row, or an answer is missing or given twice.
 */
export function answersByQuestion<Row extends EvaluationRow>(
  rows: readonly Row[],
): { readonly questions: readonly QuestionKey[]; readonly answersQN: Row[][] } {
  // Answers that are carried to later turns were given once and must count once.
  const { questions, rowsQTA } = evaluationTable(rows, { finished: "leave_out" });
  return { questions, answersQN: rowsQTA.map((rowsTA) => rowsTA.flat() as Row[]) };
}
