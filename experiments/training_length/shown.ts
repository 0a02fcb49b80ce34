import type { EvaluationRow } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  askedQuestions,
  type DiscussionSeries,
  evaluatedAnswers,
  linePlot,
  type PlotSpec,
  summariesOfSeries,
  type Table,
  turnsOfSeries,
} from "../../lib/tracking/mod.ts";

const UNTRAINED = "off the shelf";
const nameOf = (arm: string, update: number) =>
  `${arm}: ${update === 0 ? UNTRAINED : `after ${update} updates`}`;

/** The discussions of an arm after so many updates. */
interface Length {
  readonly arm: string;
  readonly update: number;
  readonly series: DiscussionSeries;
}

function lengthsOf(runs: readonly ArmRun[]): Length[] {
  const lengths = new Map<string, Length & { bySeed: Map<number, EvaluationRow[]> }>();
  for (const { arm, seed, evaluations, counting = {} } of runs) {
    for (const [update, rows] of Map.groupBy(evaluations, ({ update }) => update)) {
      const name = nameOf(arm, update);
      const bySeed = lengths.get(name)?.bySeed ?? new Map<number, EvaluationRow[]>();
      bySeed.set(seed, evaluatedAnswers(rows));
      lengths.set(name, { arm, update, bySeed, series: { name, counting, bySeed } });
    }
  }
  const arms = [...new Set(runs.map(({ arm }) => arm))];
  return [...lengths.values()]
    .sort((a, b) => arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.update - b.update);
}

/**
 * Accuracy of the vote over the turns after so many updates.
 *
 * @param runs Runs of some or all arms, whose evaluations all ask the same questions.
 * @returns One row per domain and evaluation.
 */
export function lengthsTable(runs: readonly ArmRun[]): Table {
  return turnsOfSeries(lengthsOf(runs).map(({ series }) => series), {
    metric: "vote",
    questions: askedQuestions(runs),
    differences: [{
      title: `last turn - ${UNTRAINED}`,
      from(name) {
        const untrained = nameOf(name.split(": ")[0]!, 0);
        return name === untrained ? undefined : untrained;
      },
    }],
  });
}

/**
 * What the turns add to the vote, over training.
 *
 * @param runs Runs of some or all arms.
 * @returns The picture, a line for each domain.
 * @throws {RangeError} If nothing was evaluated.
 */
export function risesPlot(runs: readonly ArmRun[]): PlotSpec {
  const lengths = lengthsOf(runs);
  const summaries = summariesOfSeries(lengths.map(({ series }) => series));
  const numSeeds = Math.max(0, ...lengths.map(({ series }) => series.bySeed.size));
  return linePlot({
    title: "What the turns add to the vote, over training",
    subtitle: `${numSeeds} seeds, ${
      askedQuestions(runs)
    }, bands are 95 % intervals over seeds and questions`,
    x: { title: "updates" },
    y: { title: "accuracy of the vote, last turn minus first" },
    points: lengths.flatMap(({ arm, update, series: { name } }) => {
      const gain = summaries[name]!.gain.vote;
      return gain === null
        ? []
        : [{ series: arm, x: update, y: gain.estimate, low: gain.low, high: gain.high }];
    }),
    references: [{ name: "no change", y: 0 }],
  });
}
