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
const ITSELF = "trained in it";
const ELSEWHERE = "trained in the other";
/** The other domain. */
const OTHER: Readonly<Record<string, string>> = {
  arithmetic: "entailment",
  entailment: "arithmetic",
};

/**
 * The rows of Table 5, by the domain whose questions are discussed.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by names such as `arithmetic: trained in the other`, domain by domain.
 */
export function seriesOf(runs: readonly ArmRun[]): DiscussionSeries[] {
  const series = discussionSeries(runs, ({ arm }, model) => {
    const [trained, evaluated] = arm.split(" to ");
    if (evaluated !== undefined) return `${evaluated}: ${ELSEWHERE}`;
    return `${trained}: ${model === "off-the-shelf" ? UNTRAINED : ITSELF}`;
  });
  return [...Map.groupBy(series, domainOf).values()].flat();
}

const domainOf = ({ name }: { readonly name: string }) => name.split(": ")[0]!;

/** The arm whose runs gave a series. */
function armOf({ name }: { readonly name: string }): string {
  const [evaluated, trained] = name.split(": ");
  return trained === ELSEWHERE ? `${OTHER[evaluated!]} to ${evaluated}` : evaluated!;
}

/** The same domain's series of a kind, of others than it. */
const from = (kind: string, compared: readonly string[]) => (name: string) => {
  const [domain, own] = name.split(": ");
  return compared.includes(own!) ? `${domain}: ${kind}` : undefined;
};

/** How far the last turn is from that of the base model, and from that of who was trained in the same domain. */
const DIFFERENCES: readonly SeriesDifference[] = [
  { title: `last turn - ${UNTRAINED}`, from: from(UNTRAINED, [ITSELF, ELSEWHERE]) },
  { title: `last turn - ${ITSELF}`, from: from(ITSELF, [ELSEWHERE]) },
];

/**
 * The paper's Table 5: accuracy of the vote over the turns.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per domain and kind of training.
 */
export function turnsOf(runs: readonly ArmRun[]): Table {
  const questions = askedQuestions(runs);
  const series = seriesOf(runs);
  return {
    ...turnsOfSeries(series, { metric: "vote", questions, differences: DIFFERENCES }),
    rowArms: series.map(armOf),
  };
}
