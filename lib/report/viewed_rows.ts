import type { RowOf } from "../tracking/mod.ts";
import { answersColumns, evaluationsColumns } from "../tracking/mod.ts";
import { seenMessages, UNSEEN, type Writing } from "./seen_messages.ts";
import { TRAINING } from "./set_names.ts";
import { rewardColumns, spokenColumns, type SpokenRow, type ViewedRow } from "./viewed_columns.ts";

const { evaluation, model } = evaluationsColumns;
const { update, penalties, scoreReward, penaltyReward } = answersColumns;
const { ownRevisionReward, influenceReward, reward } = answersColumns;

/** What is read of `evaluations.parquet`. */
export const evaluatedColumns = { evaluation, model, update, ...spokenColumns };
/** What is read of `answers.parquet`. */
export const trainedColumns = {
  update,
  ...spokenColumns,
  penalties,
  scoreReward,
  penaltyReward,
  ownRevisionReward,
  influenceReward,
  reward,
};

/** A row of `evaluations.parquet`, as far as it is shown. */
export type EvaluatedAnswer = RowOf<typeof evaluatedColumns>;
/** A row of `answers.parquet`, as far as it is shown. */
export type TrainedAnswer = RowOf<typeof trainedColumns>;

/** The answers of a run. */
export interface SpokenAnswers {
  /** In evaluations. */
  readonly evaluations: readonly EvaluatedAnswer[];
  /** In training. */
  readonly answers: readonly TrainedAnswer[];
}

/** How a run wrote its discussions; undefined where that is not known. */
export interface RunWriting {
  /** Those of evaluations. */
  readonly evaluated: Writing | undefined;
  /** Those of training. */
  readonly trained: Writing | undefined;
}

const NO_REWARDS = Object.fromEntries(
  Object.keys(rewardColumns).map((name) => [name, null]),
) as Record<keyof typeof rewardColumns, null>;

/**
 * The rows of a page of discussions: evaluations first, discussion by discussion.
 *
 * @param answers The answers of the run.
 * @param writing How their discussions were written.
 * @returns One row per answer.
 */
export function viewedRows(
  { evaluations, answers }: SpokenAnswers,
  { evaluated, trained }: RunWriting,
): ViewedRow[] {
  return [
    ...withSeen(
      evaluations.map(({ evaluation, ...row }) => ({ source: evaluation, ...row, ...NO_REWARDS })),
      evaluated,
    ),
    ...withSeen(
      answers.map((row) => ({ source: TRAINING, model: TRAINING, ...row })),
      trained,
    ),
  ];
}

type UnseenRow = Omit<ViewedRow, "asked" | "remembered">;

function withSeen(rows: readonly UnseenRow[], writing: Writing | undefined): ViewedRow[] {
  const discussions = Map.groupBy(rows, discussionKey);
  return [...discussions.values()].flatMap((answers) => {
    const seen = writing === undefined ? [] : seenMessages(answers as SpokenRow[], writing);
    return answers.map((row, i) => ({ ...row, ...seen[i] ?? UNSEEN }));
  });
}

/** The same for all answers of a discussion, and for no others. */
function discussionKey({ source, model, update, questionId, sample }: UnseenRow): string {
  return JSON.stringify([source, model, update, questionId, sample]);
}
