import type { RowOf } from "./columns.ts";
import { baselinesColumns, evaluationsColumns, updatesColumns } from "./frame_columns.ts";
import { smallColumns } from "./small_columns.ts";

const { update, parameters, turnGroup, numAnswers, rolloutAnswers } = updatesColumns;

/** The frames of a run that tables over several runs are made from, by name, with the columns that they need. */
export const armColumns = {
  evaluations: smallColumns(evaluationsColumns),
  baselines: smallColumns(baselinesColumns),
  updates: { update, parameters, turnGroup, numAnswers, rolloutAnswers },
};

/** What an update was trained on, by parameters and turn group. */
export type UpdateAnswers = RowOf<(typeof armColumns)["updates"]>;

/** The rows of these frames by the frames' names. */
export interface ArmFrames {
  /** Answers in discussions, before and after training and meanwhile. */
  readonly evaluations: readonly RowOf<(typeof armColumns)["evaluations"]>[];
  /** Answers without discussion, to the questions of before and after. */
  readonly baselines: readonly RowOf<(typeof armColumns)["baselines"]>[];
  /** How many answers were trained on; absent in results that were committed before it was kept. */
  readonly updates?: readonly UpdateAnswers[];
}
