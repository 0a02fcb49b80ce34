import type { Random } from "../core/mod.ts";
import { TURN_METRICS, type TurnMetric, turnValues } from "./accuracy.ts";
import { bootstrapDifference, bootstrapMean, type Interval } from "./bootstrap.ts";
import {
  type EvaluationRow,
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
} from "./evaluation_table.ts";
import type { Bounds } from "./few_questions.ts";
import type { VoteOptions } from "./vote.ts";
import { contentOf } from "./question_key.ts";
import { drawResamples } from "./resamples.ts";

/** One interval per metric; null where no question counts. */
export type MetricIntervals = Readonly<Record<TurnMetric, Interval | null>>;

/** An evaluation in numbers. */
export interface EvaluationSummary {
  /** Q. */
  readonly numQuestions: number;
  /** How many of them differ in content (`contentOf()`). */
  readonly numTexts: number;
  /** A. */
  readonly numAgents: number;
  /** T. */
  readonly numTurns: number;
  /** Every metric at every turn, shape [T]. */
  readonly turns: readonly MetricIntervals[];
  /** Last turn − first turn, paired by question. */
  readonly gain: MetricIntervals;
}

/**
 * The estimates of an {@link EvaluationSummary}; null where no question counts.
 *
 * @internal For what else is made of summaries.
 */
export interface EvaluationMeans {
  /** Q. */
  readonly numQuestions: number;
  /** Every metric at every turn, shape [T]. */
  readonly turns: readonly Readonly<Record<TurnMetric, number | null>>[];
  /** Last turn − first turn, paired by question. */
  readonly gain: Readonly<Record<TurnMetric, number | null>>;
}

/** Options of {@link summarise} and {@link compareSystems}. */
export interface SummaryOptions extends VoteOptions, EvaluationTableOptions {
  /** Source of the resampling; not advanced. */
  readonly random: Random;
  /** Resamples of the bootstrap over questions. Default 2000. */
  readonly numResamples?: number;
  /** Level of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/**
 * Summarises an evaluation: every metric at every turn, and what the turns added, with intervals by
 * bootstrap over questions (`bootstrapMean()`).
 *
 * `compat: "official"` counts votes as the released code does and leaves discussions that stopped
 * early out of later turns, unless `finished` says otherwise.
 *
 * @param rows Every answer once, in any order.
 * @param options Randomness, resamples, level, and how to count.
 * @returns The summary.
 * @throws {RangeError} If rows are missing or given twice, or an option is out of its range.
 */
export function summarise(
  rows: readonly EvaluationRow[],
  options: SummaryOptions,
): EvaluationSummary {
  const table = evaluationTable(rows, tableOptions(options));
  const resamples = drawResamples(table.questions, options);
  const turns = valuesOfTurns(table, options);
  const first = turns[0]!;
  const last = turns[turns.length - 1]!;
  return {
    numQuestions: table.questions.length,
    numTexts: new Set(table.questions.map(contentOf)).size,
    numAgents: table.numAgents,
    numTurns: table.numTurns,
    turns: turns.map((values) =>
      forEachMetric((metric) =>
        bootstrapMean(values[metric], resamples, { ...options, ...METRIC_BOUNDS[metric] })
      )
    ),
    gain: forEachMetric((metric) =>
      bootstrapDifference(last[metric], first[metric], {
        ...options,
        ...METRIC_BOUNDS[metric],
        resamples,
      })
    ),
  };
}

/**
 * The estimates of {@link summarise} without intervals, which take most of its time.
 *
 * @internal For what else is made of summaries.
 * @param rows Every answer once, in any order.
 * @param options How to count.
 * @returns The means.
 * @throws {RangeError} If rows are missing or given twice.
 */
export function evaluationMeans(
  rows: readonly EvaluationRow[],
  options: VoteOptions & EvaluationTableOptions,
): EvaluationMeans {
  const table = evaluationTable(rows, tableOptions(options));
  const turns = valuesOfTurns(table, options);
  return {
    numQuestions: table.questions.length,
    turns: turns.map((values) => forEachMetric((metric) => meanOf(values[metric]))),
    gain: forEachMetric((metric) => meanOf(gains(turns, metric))),
  };
}

function meanOf(valuesQ: readonly (number | null)[]): number | null {
  const counted = valuesQ.filter((value) => value !== null);
  return counted.length === 0 ? null : counted.reduce((sum, v) => sum + v, 0) / counted.length;
}

/** Differences of two systems on the same questions. */
export interface SystemComparison {
  /** After − before at every turn, shape [T]. */
  readonly turns: readonly MetricIntervals[];
  /** Difference of the gains (last − first turn), paired by question. */
  readonly gain: MetricIntervals;
}

/**
 * Compares two systems question by question.
 *
 * @param after Answers of one system.
 * @param before Answers of the other: the same questions and number of turns; agents may differ.
 * @param options Randomness, resamples, level, and how to count.
 * @returns The differences, with intervals.
 * @throws {RangeError} If the questions or the numbers of turns differ.
 */
export function compareSystems(
  after: readonly EvaluationRow[],
  before: readonly EvaluationRow[],
  options: SummaryOptions,
): SystemComparison {
  const one = evaluationTable(after, tableOptions(options));
  const other = inOrderOf(evaluationTable(before, tableOptions(options)), one);
  const resamples = drawResamples(one.questions, options);
  const valuesOne = valuesOfTurns(one, options);
  const valuesOther = valuesOfTurns(other, options);
  return {
    turns: valuesOne.map((values, turn) =>
      forEachMetric((metric) =>
        bootstrapDifference(values[metric], valuesOther[turn]![metric], {
          ...options,
          ...METRIC_BOUNDS[metric],
          resamples,
        })
      )
    ),
    gain: forEachMetric((metric) =>
      bootstrapDifference(gains(valuesOne, metric), gains(valuesOther, metric), {
        ...options,
        // A gain is itself a difference of two measurements.
        ...(METRIC_BOUNDS[metric].bounds ? { bounds: { low: -1, high: 1 } } : {}),
        resamples,
      })
    ),
  };
}

/**
 * What metrics can be: all but lengths are shares or credits.
 *
 * @internal For what else is made of summaries.
 */
export const METRIC_BOUNDS: Readonly<Record<TurnMetric, { readonly bounds?: Bounds }>> = {
  meanAccuracy: { bounds: { low: 0, high: 1 } },
  vote: { bounds: { low: 0, high: 1 } },
  passAtA: { bounds: { low: 0, high: 1 } },
  invalidRate: { bounds: { low: 0, high: 1 } },
  meanLength: {},
};

type MetricValues = Readonly<Record<TurnMetric, (number | null)[]>>;

function tableOptions(options: VoteOptions & EvaluationTableOptions): EvaluationTableOptions {
  const { compat, numTurns } = options;
  const finished = options.finished ?? (compat === "official" ? "leave_out" : "carry");
  return { finished, ...(numTurns === undefined ? {} : { numTurns }) };
}

function valuesOfTurns(table: EvaluationTable, options: VoteOptions): MetricValues[] {
  return Array.from(
    { length: table.numTurns },
    (_, turn) => forEachMetric((metric) => turnValues(table, metric, { ...options, turn })),
  );
}

/** Last turn − first turn of each question. */
function gains(turns: readonly MetricValues[], metric: TurnMetric): (number | null)[] {
  return turns[turns.length - 1]![metric].map((last, q) => {
    const first = turns[0]![metric][q] ?? null;
    return last === null || first === null ? null : last - first;
  });
}

function forEachMetric<V>(value: (metric: TurnMetric) => V): Record<TurnMetric, V> {
  return Object.fromEntries(TURN_METRICS.map((metric) => [metric, value(metric)])) as Record<
    TurnMetric,
    V
  >;
}

function inOrderOf(table: EvaluationTable, model: EvaluationTable): EvaluationTable {
  if (table.numTurns !== model.numTurns) {
    throw new RangeError(
      `Cannot compare systems as both must have the same number of turns: ${model.numTurns} and ${table.numTurns}`,
    );
  }
  const places = new Map(table.questions.map((question, q) => [question, q]));
  const missing = model.questions.find((question) => !places.has(question));
  if (missing !== undefined || places.size !== model.questions.length) {
    throw new RangeError(
      `Cannot compare systems as both must have answered the same questions: ${model.questions.length} and ${places.size} questions${
        missing === undefined ? "" : `, question ${missing} is in the first only`
      }`,
    );
  }
  return {
    ...table,
    questions: model.questions,
    rowsQTA: model.questions.map((question) => table.rowsQTA[places.get(question)!]!),
  };
}
