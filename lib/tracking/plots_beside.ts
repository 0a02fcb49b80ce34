import type { PlotSpec } from "./plot_theme.ts";

/** Room between two plots, in pixels, behind the names at the ends of lines. */
const SPACING = 24;

/** A plot as one of several. */
type PlotPart = Extract<PlotSpec, { readonly layer: unknown }>;

/**
 * Several plots as one picture, from left to right.
 *
 * @param plots The plots, each with its own title.
 * @param texts Title and setting of the whole.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no plot.
 */
export function plotsBeside(
  plots: readonly PlotSpec[],
  { title, subtitle }: { readonly title: string; readonly subtitle?: string },
): PlotSpec {
  if (plots.length === 0) {
    throw new RangeError(`Cannot plot "${title}" as there must be a plot: there is none`);
  }
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    spacing: SPACING,
    // Otherwise panels with other lines would share one list of colours, which Vega makes too short.
    resolve: { scale: { color: "independent" } },
    hconcat: plots.map((plot) => plot as PlotPart),
  };
}
