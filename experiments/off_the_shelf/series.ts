import {
  type ArmRun,
  askedQuestions,
  type DiscussionSeries,
  discussionSeries,
  type PlotSpec,
  type SeriesDifference,
  type Table,
  turnsOfSeries,
  voteTransitionsPlot,
} from "../../lib/tracking/mod.ts";

/** What the base model's discussions are called, behind the domain. */
const UNTRAINED = "off the shelf";
const ARM = /^(\w+), (alpha \d)$/;

/**
 * The domain of an arm.
 *
 * @param arm Its name.
 * @returns Such as `arithmetic`.
 */
export function domainOf(arm: string): string {
  return ARM.exec(arm)?.[1] ?? arm;
}

/**
 * The lines of Figure 2: in each domain off the shelf, and after training with each alpha.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by names such as `arithmetic: MAPoRL, alpha 0`.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, ({ arm }, model) => {
    const [, domain, alpha] = ARM.exec(arm) ?? [];
    return `${domain}: ${model === "off-the-shelf" ? UNTRAINED : `MAPoRL, ${alpha}`}`;
  });
}

/**
 * What became of right and wrong votes, as in Figures 3 and 4.
 *
 * @param runs Runs of some or all arms.
 * @returns The picture.
 */
export function transitionsOf(runs: readonly ArmRun[]): PlotSpec {
  return voteTransitionsPlot(seriesOf(runs), {
    title: "What became of the vote from turn to turn",
    subtitle: askedQuestions(runs),
  });
}

/** How far the last turn is from that of the base model, in the same domain. */
const FROM_OFF_THE_SHELF: SeriesDifference = {
  title: `last turn - ${UNTRAINED}`,
  from(name) {
    const [domain, model] = name.split(": ");
    return model === UNTRAINED ? undefined : `${domain}: ${UNTRAINED}`;
  },
};

/** What incentives add to the last turn, in the same domain. */
const FROM_ALPHA_0: SeriesDifference = {
  title: "last turn - alpha 0",
  from(name) {
    const [trained, alpha] = name.split(", ");
    return alpha === undefined || alpha === "alpha 0" ? undefined : `${trained}, alpha 0`;
  },
};

/**
 * Accuracy over the turns, as in Figure 2.
 *
 * @param runs Runs of some or all arms.
 * @param metric Of the vote, as in the paper, or of single answers.
 * @returns One row per domain and model.
 */
export function turnsOf(runs: readonly ArmRun[], metric: "vote" | "meanAccuracy"): Table {
  const questions = askedQuestions(runs);
  const differences = [FROM_OFF_THE_SHELF, FROM_ALPHA_0];
  return turnsOfSeries(seriesOf(runs), { metric, questions, differences });
}
