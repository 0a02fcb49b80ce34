import type { RowOf } from "./columns.ts";
import { baselinesColumns, evaluationsColumns } from "./frame_columns.ts";
import { smallColumns } from "./small_columns.ts";

/** The frames of a run that tables over several runs are made from, by name, with the columns that they need. */
export const armColumns = {
  evaluations: smallColumns(evaluationsColumns),
  baselines: smallColumns(baselinesColumns),
};

/** The rows of these frames by the frames' names. */
export type ArmFrames = {
  readonly [Name in keyof typeof armColumns]: readonly RowOf<(typeof armColumns)[Name]>[];
};
