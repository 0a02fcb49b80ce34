import { type ArmRun, headlineTable, type Table } from "../../lib/tracking/mod.ts";

/** The arm whose seats all begin as the agent that was trained alone. */
const ALONE = "alone, then together";

/**
 * Runs of MAPoRL with what the agent that was trained alone reaches as one more baseline: by itself, and in a
 * discussion with two of its kind. So ways of answering are compared at the cost of a discussion of MAPoRL's.
 *
 * @param runs Finished runs, by seed and arm.
 * @returns One run for each seed that has both arms.
 */
export function besideAlone(runs: readonly ArmRun[]): ArmRun[] {
  return runs.filter(({ arm }) => arm === "MAPoRL").flatMap((together) => {
    const alone = runs.find(({ arm, seed }) => arm === ALONE && seed === together.seed);
    if (alone === undefined) return [];
    // It was measured twice, as such a run learns nothing more: the second time is as good as the first.
    const last = alone.evaluations.at(-1)?.model;
    const named = <Row extends { readonly model: string }>(rows: readonly Row[]) =>
      rows.filter(({ model }) => model === last).map((row) => ({ ...row, model: "trained alone" }));
    return [{
      ...together,
      evaluations: [...named(alone.evaluations), ...together.evaluations],
      baselines: [...together.baselines, ...named(alone.baselines)],
    }];
  });
}

/**
 * How both answer at the cost of a discussion of MAPoRL's, and the difference to the best way without it.
 *
 * @param runs Finished runs, by seed and arm.
 * @returns The table; without rows where an arm is missing.
 */
export function besideAloneTable(runs: readonly ArmRun[]): Table {
  return headlineTable(besideAlone(runs));
}
