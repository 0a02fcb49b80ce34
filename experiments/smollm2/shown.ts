/**
 * What the experiment shows besides the table of all ways to answer.
 *
 * @module
 */
import {
  type ArmRun,
  askedQuestions,
  type DiscussionSeries,
  discussionSeries,
  type Table,
  turnsOfSeries,
} from "../../lib/tracking/mod.ts";

/** The arm that the others begin with. */
export const WARM_UP = "warm-up";

const RELEASED = "as released";
const WARMED_UP = "warmed up";
const TRAINED = "MAPoRL";

/**
 * The discussions of the model as it was released, after the warm-up, and after training.
 *
 * @param runs Runs of some or all arms; all asked the same questions.
 * @returns The discussions by what was done to the model.
 */
export function stagesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  // Warmed up it is measured where training begins, once more with its adapter merged.
  const kept = runs.map((run) => ({
    ...run,
    evaluations: run.evaluations.filter(({ model }) =>
      run.arm !== WARM_UP || model === "off-the-shelf"
    ),
  }));
  return discussionSeries(
    kept,
    ({ arm }, model) =>
      arm === WARM_UP ? RELEASED : model === "off-the-shelf" ? WARMED_UP : TRAINED,
  );
}

/**
 * Accuracy over the turns at each stage.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per stage, with how far its last turn is from that of the stage before.
 */
export function turnsTable(runs: readonly ArmRun[]): Table {
  return turnsOfSeries(stagesOf(runs), {
    metric: "meanAccuracy",
    questions: askedQuestions(runs),
    differences: [{
      title: `last turn - ${RELEASED}`,
      from: (name) => name === RELEASED ? undefined : RELEASED,
    }, {
      title: `last turn - ${WARMED_UP}`,
      from: (name) => name === TRAINED ? WARMED_UP : undefined,
    }],
  });
}
