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
/** Arms whose agents read verdicts and are paid for them. */
export const WITH = "with verifier";
const WITHOUT = "without verifier";
const FINAL = "final answers";

/**
 * What the discussions of a model are called.
 *
 * @param arm Such as `arithmetic, with verifier`.
 * @param model The model, as frames name it.
 * @returns Such as `arithmetic: off the shelf, with verifier`.
 */
export function nameOf(arm: string, model: string): string {
  const [domain, how] = arm.split(", ");
  if (model !== "off-the-shelf") return `${domain}: ${model}, ${how}`;
  // What is paid changes nothing of the base model, and it reads as many verdicts.
  return `${domain}: ${UNTRAINED}, ${how === FINAL ? WITH : how}`;
}

/**
 * The rows of Table 7. Those without a verifier read no verdicts, before training neither.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by the names that {@linkcode nameOf} gives.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, ({ arm }, model) => nameOf(arm, model));
}

/** Who was trained is compared with the base model that reads as much, and shaping with what pays or tells less. */
const DIFFERENCES: readonly SeriesDifference[] = [{
  title: `last turn - ${UNTRAINED}`,
  from(name) {
    const [domain, model, how] = partsOf(name);
    return model === UNTRAINED
      ? undefined
      : `${domain}: ${UNTRAINED}, ${how === WITHOUT ? WITHOUT : WITH}`;
  },
}, {
  title: `last turn - ${FINAL}`,
  from(name) {
    const [domain, model, how] = partsOf(name);
    return how === WITH && model !== UNTRAINED ? `${domain}: ${model}, ${FINAL}` : undefined;
  },
}, {
  title: `last turn - ${WITHOUT}`,
  from(name) {
    const [domain, model, how] = partsOf(name);
    return how === WITH ? `${domain}: ${model}, ${WITHOUT}` : undefined;
  },
}];

const partsOf = (name: string) => name.split(/: |, /);

/**
 * The paper's Table 7: accuracy of the vote over the turns.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per domain and kind of training.
 */
export function turnsOf(runs: readonly ArmRun[]): Table {
  const questions = askedQuestions(runs);
  return turnsOfSeries(seriesOf(runs), { metric: "vote", questions, differences: DIFFERENCES });
}
