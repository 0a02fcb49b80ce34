import type { Columns, RowOf } from "./columns.ts";
import { baselinesColumns, evaluationsColumns, updatesColumns } from "./frame_columns.ts";
import { smallColumns } from "./small_columns.ts";

const { update, parameters, turnGroup, numAnswers, rolloutAnswers } = updatesColumns;
const { rolloutTokens, rolloutComputedTokens, rolloutFlops, rolloutSeconds } = updatesColumns;
const { updateFlops, updateSeconds, measuredPeak, explainedVariance } = updatesColumns;

/** The frames of a run that tables over several runs are made from, by name, with the columns that they need. */
export const armColumns = {
  evaluations: smallColumns(evaluationsColumns),
  baselines: smallColumns(baselinesColumns),
  updates: { update, parameters, turnGroup, numAnswers, rolloutAnswers },
};

/** What updates took and what their critic explained: kept later than what they were trained on. */
export const laterOfUpdates = {
  ...{ rolloutTokens, rolloutComputedTokens, rolloutFlops, rolloutSeconds },
  ...{ updateFlops, updateSeconds, measuredPeak, explainedVariance },
};

/** Further columns, by frame, that results which were committed before they were kept lack. */
export const laterColumns: Readonly<Partial<Record<keyof ArmFrames, Columns>>> = {
  updates: laterOfUpdates,
};

/**
 * Columns of a frame: those that all results have, and of the later ones those that are there.
 *
 * @param name The frame.
 * @param isThere Whether the frame has a later column.
 * @returns The columns.
 */
export function columnsOfFrame(
  name: keyof ArmFrames,
  isThere: (column: string) => boolean,
): Columns {
  const later = Object.entries(laterColumns[name] ?? {}).filter(([column]) => isThere(column));
  return { ...armColumns[name], ...Object.fromEntries(later) };
}

/** What an update was trained on, by parameters and turn group, and what it took and learnt where that was kept. */
export type UpdateAnswers =
  & RowOf<(typeof armColumns)["updates"]>
  & Partial<RowOf<typeof laterOfUpdates>>;

/** The rows of these frames by the frames' names. */
export interface ArmFrames {
  /** Answers in discussions, before and after training and meanwhile. */
  readonly evaluations: readonly RowOf<(typeof armColumns)["evaluations"]>[];
  /** Answers without discussion, to the questions of before and after. */
  readonly baselines: readonly RowOf<(typeof armColumns)["baselines"]>[];
  /** How many answers were trained on; absent in results that were committed before it was kept. */
  readonly updates?: readonly UpdateAnswers[];
}
