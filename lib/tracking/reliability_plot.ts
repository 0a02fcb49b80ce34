import type { LabelledScore } from "../evaluation/mod.ts";
import { reliabilityBins } from "../verifier/reliability.ts";
import { plotColors, type PlotSpec } from "./plot_theme.ts";

/** Answers that are judged alike. */
export interface JudgedAnswers {
  /** What they are called. */
  readonly name: string;
  /** Their scores in [0, 1], and whether they are right. */
  readonly answers: readonly LabelledScore[];
}

/** Options of {@linkcode reliabilityPlot}. */
export interface ReliabilityPlotOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds. */
  readonly subtitle?: string;
}

const SIZE = 270;
const GREY = "#555555";

/**
 * Whether scores are probabilities: the share of right answers against the mean score, in ten bins of equal width
 * (a reliability diagram; Niculescu-Mizil and Caruana 2005). Scores that can be trusted lie on the diagonal, below it
 * they promise too much. The larger a point, the more answers it is made from.
 *
 * @param groups Answers, in the order of their colours.
 * @param options Title.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no answer, or a score is outside [0, 1].
 */
export function reliabilityPlot(
  groups: readonly JudgedAnswers[],
  { title, subtitle }: ReliabilityPlotOptions,
): PlotSpec {
  const points = groups.flatMap(({ name, answers }) =>
    reliabilityBins(answers.map(({ score }) => score), answers.map(({ correct }) => correct))
      .flatMap(({ count, meanScore, accuracy }) =>
        meanScore === null ? [] : [{ name, count, meanScore, accuracy }]
      )
  );
  if (points.length === 0) {
    throw new RangeError(`Cannot plot "${title}" as there must be an answer: there is none`);
  }
  const names = groups.map(({ name }) => name);
  const axisOf = (title: string) => ({ title, format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] });
  const scale = { domain: [0, 1] as [number, number], nice: false };
  const x = {
    field: "meanScore",
    type: "quantitative" as const,
    axis: axisOf("mean score"),
    scale,
  };
  const y = {
    field: "accuracy",
    type: "quantitative" as const,
    axis: axisOf("answers that are right"),
    scale,
  };
  const color = {
    field: "name",
    type: "nominal" as const,
    scale: { domain: names, range: names.map((_, i) => plotColors[i % plotColors.length]!) },
    legend: { orient: "right" as const },
  };
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    width: SIZE,
    height: SIZE,
    layer: [
      {
        data: { values: [{ meanScore: 0, accuracy: 0 }, { meanScore: 1, accuracy: 1 }] },
        mark: { type: "line", strokeDash: [5, 4], strokeWidth: 1.2, color: GREY },
        encoding: { x, y },
      },
      {
        data: { values: points },
        mark: { type: "line", strokeWidth: 1.6 },
        encoding: { x, y, color },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          x,
          y,
          color,
          size: { field: "count", type: "quantitative", scale: { range: [8, 160] }, legend: null },
        },
      },
    ],
  };
}
