import {
  type ArmRun,
  type DiscussionSeries,
  discussionSeries,
  type SeriesDifference,
} from "../../lib/tracking/mod.ts";

/** The arm without incentives, which the others are compared with. */
export const NONE = "none";
const UNTRAINED = "off the shelf";

/**
 * The base model's discussions, and those after training with each incentive.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by the arms' names.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, ({ arm }, model) => model === "off-the-shelf" ? UNTRAINED : arm);
}

/** How far the last turn is from that of agents who were trained without incentives. */
export const FROM_NONE: SeriesDifference = {
  title: `last turn - ${NONE}`,
  from: (name) => name === NONE || name === UNTRAINED ? undefined : NONE,
};
