/**
 * Rows of pages of discussions, for tests.
 *
 * @module
 */
import type { ViewedRow } from "../../lib/report/viewed_columns.ts";

/** An answer to "2 + 2?" in an evaluation of a model, right if it is 4. */
export function viewedRow(row: Partial<ViewedRow> = {}): ViewedRow {
  const answer = row.answer === undefined ? "4" : row.answer;
  return {
    source: "test",
    model: "MAPoRL",
    update: 8,
    questionId: "q/1",
    questionText: "2 + 2?",
    gold: "4",
    sample: 0,
    agent: 0,
    baseModel: "base",
    turn: 0,
    text: `it is ${answer}`,
    finished: true,
    correct: answer === "4",
    score: 0.5,
    annotations: "{}",
    wordsLeftOut: 0,
    penalties: null,
    scoreReward: null,
    penaltyReward: null,
    ownRevisionReward: null,
    influenceReward: null,
    reward: null,
    asked: null,
    remembered: null,
    ...row,
    answer,
  };
}

/**
 * The answers of one discussion.
 *
 * @param answersTA Shape [T][A], what was answered.
 * @param all What holds for all rows.
 * @returns The rows, turn by turn.
 */
export function discussionRows(
  answersTA: readonly (readonly (string | null)[])[],
  all: Partial<ViewedRow> = {},
): ViewedRow[] {
  return answersTA.flatMap((answers, turn) =>
    answers.map((answer, agent) => viewedRow({ ...all, turn, agent, answer }))
  );
}

/**
 * The same, by turn and agent.
 *
 * @param answersTA Shape [T][A], what was answered.
 * @returns Shape [T][A], the rows.
 */
export function rowsTA(answersTA: readonly (readonly (string | null)[])[]): ViewedRow[][] {
  return answersTA.map((answers, turn) =>
    answers.map((answer, agent) => viewedRow({ turn, agent, answer }))
  );
}
