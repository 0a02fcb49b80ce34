import { type CostedAnswer, questionKey } from "../evaluation/mod.ts";
import type { EvaluationsRow } from "./frame_columns.ts";

/** What is read of a row of `evaluations.parquet` or `baselines.parquet`. */
export type CostedRow = Pick<
  EvaluationsRow,
  | "questionId"
  | "questionHash"
  | "sample"
  | "agent"
  | "turn"
  | "answer"
  | "gold"
  | "correct"
  | "score"
  | "promptLength"
  | "computedPromptTokens"
  | "responseLength"
  | "promptFlops"
  | "responseFlops"
>;

/**
 * What comparisons at matched compute need of rows of `evaluations.parquet` and `baselines.parquet`.
 *
 * @param rows Rows of one evaluation, or of several.
 * @returns One entry per row, in order.
 */
export function costedAnswers(rows: readonly CostedRow[]): CostedAnswer[] {
  return rows.map((row) => ({
    question: questionKey(row.questionId, row.questionHash),
    sample: row.sample,
    agent: row.agent,
    turn: row.turn,
    answer: row.answer,
    gold: row.gold,
    correct: row.correct,
    score: row.score,
    length: row.responseLength,
    promptLength: row.promptLength,
    computedPromptTokens: row.computedPromptTokens,
    // Frames that are older than these columns do not have them.
    promptFlops: row.promptFlops ?? null,
    responseFlops: row.responseFlops ?? null,
  }));
}
