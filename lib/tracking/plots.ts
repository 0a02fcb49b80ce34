import type { AnnotatedValue } from "./annotation_table.ts";
import type { EvaluationSummary, TurnMetric } from "../evaluation/mod.ts";
import { linePlot, type LinePoint, type PlotReference } from "./line_plot.ts";
import type { PlotSpec } from "./plot_theme.ts";

/** Options of {@linkcode accuracyByTurnPlot}. */
export interface AccuracyByTurnOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds, what the intervals are. */
  readonly subtitle?: string;
  /** What is shown at every turn. Default `meanAccuracy`. */
  readonly metric?: Exclude<TurnMetric, "meanLength">;
  /** What is reached otherwise, at every turn: baselines at the same cost. */
  readonly references?: readonly PlotReference[];
}

const AXIS_TITLES = {
  meanAccuracy: "mean accuracy of the agents",
  vote: "accuracy of the majority vote",
  passAtA: "questions that some agent has right",
  invalidRate: "answers that are invalid",
} as const;

/** How far neighbours stand apart, in turns, so that bars do not hide each other. */
const SHIFT = 0.045;

/**
 * Accuracy at every turn of several models, with intervals.
 *
 * @param summaries Evaluations by the model's name.
 * @param options Title and metric.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If no evaluation has a turn with the metric.
 */
export function accuracyByTurnPlot(
  summaries: Readonly<Record<string, EvaluationSummary>>,
  options: AccuracyByTurnOptions,
): PlotSpec {
  const { metric = "meanAccuracy", ...texts } = options;
  const entries = Object.entries(summaries);
  const mostShift = (entries.length - 1) / 2 * SHIFT;
  const points = entries.flatMap(([series, { turns }], i): LinePoint[] => {
    const shift = i * SHIFT - mostShift;
    return turns.flatMap((metrics, turn) => {
      const interval = metrics[metric];
      if (interval === null) return [];
      const { estimate: y, low, high } = interval;
      return [{ series, x: turn + 1 + shift, y, low, high }];
    });
  });
  const numTurns = Math.max(1, ...entries.map(([_, { numTurns }]) => numTurns));
  return linePlot({
    ...texts,
    x: {
      title: "turn",
      domain: [0.8, numTurns + Math.max(0.06, mostShift)],
      ticks: Array.from({ length: numTurns }, (_, turn) => turn + 1),
      format: "d",
    },
    y: { title: AXIS_TITLES[metric], format: ".0%" },
    points,
    intervals: "bars",
  });
}

/** Answers of update 1, as the terminal counts them, are given by a model of none: they stand at 0. */
const UPDATES_TITLE = "updates done before";

/** Options of {@linkcode learningCurvePlot}. */
export interface LearningCurveOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds, what the intervals are. */
  readonly subtitle?: string;
  /** Title of the vertical axis, with the unit. */
  readonly yTitle: string;
  /** Form of its labels in d3's notation, such as `.0%`. */
  readonly yFormat?: string;
}

/**
 * Anything over the updates: one line per turn, model or group.
 *
 * @param points Points whose `x` is the number of updates done before.
 * @param options Titles.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no point, or one is not finite.
 */
export function learningCurvePlot(
  points: readonly LinePoint[],
  options: LearningCurveOptions,
): PlotSpec {
  const { yTitle, yFormat, ...texts } = options;
  return linePlot({
    ...texts,
    x: { title: UPDATES_TITLE, format: "d", ...wholeTicks(points) },
    y: { title: yTitle, ...(yFormat === undefined ? {} : { format: yFormat }) },
    points,
  });
}

/** Options of {@linkcode annotationSharesPlot}. */
export interface AnnotationSharesOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds, turns. */
  readonly subtitle?: string;
}

/**
 * How often each value of an annotation occurs over the updates.
 *
 * @param answers One entry per answer; null counts as `none stated`, shares are of the answers of the same turns.
 * @param options Titles.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no answer.
 */
export function annotationSharesPlot(
  answers: readonly (AnnotatedValue & { readonly update: number })[],
  options: AnnotationSharesOptions,
): PlotSpec {
  const isOne = new Set(answers.map(({ turns }) => turns)).size <= 1;
  const points = [...Map.groupBy(answers, ({ turns }) => turns)].flatMap(([turns, ofTurns]) => {
    const values = [...new Set(ofTurns.map(({ value }) => value ?? "none stated"))].sort();
    const byUpdate = [...Map.groupBy(ofTurns, ({ update }) => update)].sort(([a], [b]) => a - b);
    return byUpdate.flatMap(([x, ofUpdate]) =>
      values.map((value) => ({
        series: isOne ? value : `${turns}: ${value}`,
        x,
        y: ofUpdate.filter((row) => (row.value ?? "none stated") === value).length /
          ofUpdate.length,
      }))
    );
  });
  const highest = Math.max(0, ...points.map(({ y }) => y));
  return linePlot({
    ...options,
    x: { title: UPDATES_TITLE, format: "d", ...wholeTicks(points) },
    y: { title: "share of the answers", format: ".0%", domain: [0, Math.min(1, highest * 1.08)] },
    points,
  });
}

/** Labels at whole numbers, where few places would get fractions between them. */
function wholeTicks(points: readonly LinePoint[]): { ticks?: number[] } {
  const xs = points.map(({ x }) => x);
  const low = Math.ceil(Math.min(...xs)), high = Math.floor(Math.max(...xs));
  return high - low > 8 ? {} : { ticks: Array.from({ length: high - low + 1 }, (_, i) => low + i) };
}
