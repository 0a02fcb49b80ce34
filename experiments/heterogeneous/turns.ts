import {
  type ArmRun,
  askedQuestions,
  type DiscussionSeries,
  discussionSeries,
  panelsOfSeries,
  type PlotSpec,
  type Table,
  turnsOfSeries,
} from "../../lib/tracking/mod.ts";
import { apartName, pairName, PAIRS } from "./bases.ts";

const UNTRAINED = "off the shelf";

/**
 * The lines of Figure 7: each pair off the shelf, after MAPoRL, and of agents who were trained alone.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by names such as `wide + narrow: MAPoRL`, pair by pair.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  return PAIRS.flatMap(([first, second]) => {
    const pair = pairName(first, second);
    return discussionSeries(runs, ({ arm }, model) => {
      if (arm === apartName(first, second)) return `${pair}: trained alone`;
      if (arm !== pair) return undefined;
      return `${pair}: ${model === "off-the-shelf" ? UNTRAINED : "MAPoRL"}`;
    });
  });
}

/** The same pair before training. */
const FROM_OFF_THE_SHELF = {
  title: `last turn - ${UNTRAINED}`,
  from(name: string): string | undefined {
    const [pair, how] = name.split(": ");
    return how === UNTRAINED ? undefined : `${pair}: ${UNTRAINED}`;
  },
};

/**
 * Accuracy of the pairs over the turns, as in Figure 7.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per pair and way of training.
 */
export function turnsOf(runs: readonly ArmRun[]): Table {
  return turnsOfSeries(seriesOf(runs), {
    metric: "meanAccuracy",
    questions: askedQuestions(runs),
    differences: [FROM_OFF_THE_SHELF],
  });
}

/**
 * Draws {@linkcode turnsOf}.
 *
 * @param runs Runs of some or all arms, of a pair at least.
 * @returns One panel per pair.
 * @throws {RangeError} If there is no pair.
 */
export function pictureOf(runs: readonly ArmRun[]): PlotSpec {
  return panelsOfSeries(seriesOf(runs), {
    title: "Accuracy over the turns, pairs of different base models",
    questions: askedQuestions(runs),
    metric: "meanAccuracy",
  });
}
