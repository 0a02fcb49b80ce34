import type { CostedAnswer } from "../evaluation/mod.ts";
import { evaluatedAnswers } from "./evaluated_answers.ts";
import type { EvaluatedRow } from "./frame_columns.ts";

/**
 * What comparisons at matched compute need of rows of `evaluations.parquet` and `baselines.parquet`.
 *
 * @param rows Rows of one evaluation, or of several.
 * @returns One entry per row, in order.
 */
export function costedAnswers(rows: readonly EvaluatedRow[]): CostedAnswer[] {
  const answers = evaluatedAnswers(rows);
  return rows.map((row, i) => ({
    ...answers[i]!,
    score: row.score,
    sample: row.sample,
    promptLength: row.promptLength,
    computedPromptTokens: row.computedPromptTokens,
    promptFlops: row.promptFlops,
    responseFlops: row.responseFlops,
  }));
}
