import {
  type ArmRun,
  askedQuestions,
  type DiscussionSeries,
  discussionSeries,
  type SeriesDifference,
  type Table,
  turnsOfSeries,
} from "../../lib/tracking/mod.ts";

const UNTRAINED = "off the shelf";
const METHOD = "MAPoRL";

/**
 * The base model's discussions, and those after each way of training.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by the arms' names.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, nameOf);
}

/**
 * What a model of a run is called.
 *
 * @param run The run.
 * @param model The model, as frames name it.
 * @returns Its arm, or that it is the base model.
 */
export function nameOf({ arm }: ArmRun, model: string): string {
  return model === "off-the-shelf" ? UNTRAINED : arm;
}

const DIFFERENCES: readonly SeriesDifference[] = [
  {
    title: `last turn - ${UNTRAINED}`,
    from: (name) => name === UNTRAINED ? undefined : UNTRAINED,
  },
  {
    title: `last turn - ${METHOD}`,
    from: (name) => name === UNTRAINED || name === METHOD ? undefined : METHOD,
  },
];

/**
 * Accuracy over the turns.
 *
 * @param runs Runs of some or all arms.
 * @param metric Of the vote, as in the paper, or of single answers.
 * @returns One row per way of training, beside the base model and MAPoRL.
 */
export function turnsOf(runs: readonly ArmRun[], metric: "vote" | "meanAccuracy"): Table {
  const questions = askedQuestions(runs);
  return turnsOfSeries(seriesOf(runs), { metric, questions, differences: DIFFERENCES });
}
