import { answersColumns, type Columns, evaluationsColumns, type RowOf } from "../tracking/mod.ts";

const {
  questionId,
  questionText,
  gold,
  sample,
  agent,
  baseModel,
  turn,
  text,
  answer,
  finished,
  correct,
  score,
  annotations,
  wordsLeftOut,
  scoreReward,
  penaltyReward,
  ownRevisionReward,
  influenceReward,
  reward,
} = answersColumns;

const inTraining = <C extends object>(column: C) => ({ ...column, nullable: true } as const);

/** What both frames of a run's discussions have and a viewer shows. */
export const spokenColumns = {
  questionId,
  questionText,
  gold,
  sample,
  agent,
  baseModel,
  turn,
  text,
  answer,
  finished,
  correct,
  score,
  annotations,
  wordsLeftOut,
} as const satisfies Columns;

/** What the answers of training have besides; empty for those of evaluations. */
export const rewardColumns = {
  penalties: {
    ...inTraining(answersColumns.penalties),
    meaning: "kinds of penalties, joined by commas",
  },
  scoreReward: inTraining(scoreReward),
  penaltyReward: inTraining(penaltyReward),
  ownRevisionReward: inTraining(ownRevisionReward),
  influenceReward: inTraining(influenceReward),
  reward: inTraining(reward),
} as const satisfies Columns;

/** What an agent saw; empty where nobody knows how the discussion was written. */
export const seenColumns = {
  asked: {
    type: "text",
    unit: "",
    meaning: "the last message before the answer",
    nullable: true,
  },
  remembered: {
    type: "text",
    unit: "",
    meaning: "the answer as its author sees it in later turns",
    nullable: true,
  },
} as const satisfies Columns;

/** Columns of the frame inside of a page of discussions: one row per answer. */
export const viewedColumns = {
  source: {
    type: "text",
    unit: "",
    meaning: "training, or the split of an evaluation's questions",
  },
  model: evaluationsColumns.model,
  update: {
    ...evaluationsColumns.update,
    meaning: "updates that the model had been trained for when it answered",
  },
  ...spokenColumns,
  ...rewardColumns,
  ...seenColumns,
} as const satisfies Columns;

/** An answer as both frames of a run's discussions hold it. */
export type SpokenRow = RowOf<typeof spokenColumns>;
/** What was seen before an answer, and after it. */
export type SeenRow = RowOf<typeof seenColumns>;
/** An answer inside of a page of discussions. */
export type ViewedRow = RowOf<typeof viewedColumns>;
