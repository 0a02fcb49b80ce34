import type { EvaluationRow } from "./evaluation_table.ts";
import type { Bounds } from "./few_questions.ts";
import { intervalOverSeeds } from "./interval_over_seeds.ts";
import {
  evaluationMeans,
  type EvaluationSummary,
  METRIC_BOUNDS,
  type MetricIntervals,
  summarise,
  type SummaryOptions,
} from "./summary.ts";
import { TURN_METRICS, type TurnMetric } from "./accuracy.ts";

/**
 * Summarises the evaluations of several training runs as one: of the questions of all, with intervals for new
 * training runs (`intervalOverSeeds()`). Of a single run it is `summarise()`.
 *
 * @param rowsBySeed Every answer of each run once, at least one run.
 * @param options Randomness, resamples, level, and how to count.
 * @returns The summary.
 * @throws {RangeError} If rows are missing or given twice, or an option is out of its range.
 */
export function summariseSeeds(
  rowsBySeed: ReadonlyMap<number, readonly EvaluationRow[]>,
  options: SummaryOptions,
): EvaluationSummary {
  const all = [...rowsBySeed].flatMap(([seed, rows]) =>
    rows.map((row) => ({ ...row, question: `${seed} ${row.question}` }))
  );
  const pooled = summarise(all, options);
  if (rowsBySeed.size < 2) return pooled;
  // Every run has all turns, also if its own discussions all stopped early.
  const planned = { ...options, numTurns: pooled.numTurns };
  const bySeed = [...rowsBySeed.values()].map((rows) => evaluationMeans(rows, planned));
  const widened = (turn: number | "gain", bounds: Bounds): MetricIntervals => {
    const of = <Metrics>({ turns, gain }: { turns: readonly Metrics[]; gain: Metrics }) =>
      turn === "gain" ? gain : turns[turn]!;
    const intervals = of(pooled);
    const widenedOne = (metric: TurnMetric) => {
      const overQuestions = intervals[metric];
      const counted = bySeed.filter((means) => of(means)[metric] !== null);
      const overSeeds = overQuestions && intervalOverSeeds(
        counted.map((means) => of(means)[metric]!),
        {
          overQuestions,
          countsS: counted.map(({ numQuestions }) => numQuestions),
          level: options.level ?? 0.95,
          ...(METRIC_BOUNDS[metric].bounds ? { bounds } : {}),
        },
      );
      // Where early stops are left out, fewer questions count than there are; the mean stays that of all.
      return overSeeds ? { ...overSeeds, estimate: overQuestions!.estimate } : overQuestions;
    };
    return Object.fromEntries(
      TURN_METRICS.map((metric) => [metric, widenedOne(metric)]),
    ) as MetricIntervals;
  };
  return {
    ...pooled,
    turns: pooled.turns.map((_, turn) => widened(turn, { low: 0, high: 1 })),
    gain: widened("gain", { low: -1, high: 1 }),
  };
}
