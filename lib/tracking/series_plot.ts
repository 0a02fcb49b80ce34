import type { TurnMetric } from "../evaluation/mod.ts";
import { type DiscussionSeries, summariesOfSeries } from "./discussion_series.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { accuracyByTurnPlot } from "./plots.ts";
import { plotsBeside } from "./plots_beside.ts";

/** Options of {@linkcode panelsOfSeries}. */
export interface PanelsOptions {
  /** What the picture shows, as a short statement. */
  readonly title: string;
  /** What the questions are, such as `test questions`. */
  readonly questions: string;
  /** What is shown at every turn. */
  readonly metric: Exclude<TurnMetric, "meanLength">;
}

/**
 * Accuracy over the turns in panels: a series called `arithmetic: off the shelf` is the line `off the shelf` of the
 * panel `arithmetic`.
 *
 * @param series The series.
 * @param options Title and metric.
 * @returns The picture, panels from left to right as they occur.
 * @throws {RangeError} If there is no series.
 */
export function panelsOfSeries(
  series: readonly DiscussionSeries[],
  { title, questions, metric }: PanelsOptions,
): PlotSpec {
  const parts = series.map((one) => {
    const [panel, ...name] = one.name.split(": ");
    return { panel: panel!, line: { ...one, name: name.join(": ") } };
  });
  const numSeeds = new Set(series.flatMap(({ bySeed }) => [...bySeed.keys()])).size;
  const plots = [...Map.groupBy(parts, ({ panel }) => panel)].map(([panel, lines]) =>
    accuracyByTurnPlot(summariesOfSeries(lines.map(({ line }) => line)), { title: panel, metric })
  );
  return plotsBeside(plots, {
    title,
    subtitle: `${numSeeds} seeds, ${questions}, 95 % intervals over seeds and questions`,
  });
}
