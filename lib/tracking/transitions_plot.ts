import type { Interval } from "../evaluation/mod.ts";
import type { DiscussionSeries } from "./discussion_series.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { voteTransitionsTable } from "./series_tables.ts";

/** Options of {@linkcode voteTransitionsPlot}. */
export interface TransitionsPlotOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds. */
  readonly subtitle?: string;
}

/**
 * What becomes of a vote, from left to right, each with its colour; what stays is paler than what changes. In the order of
 * the columns of `voteTransitionsTable()`; the font has none of its arrows.
 */
const MOVES = [
  ["stays right", "#56b4e9"],
  ["becomes right", "#009e73"],
  ["becomes wrong", "#d55e00"],
  ["stays wrong", "#c8ccd0"],
] as const;
/** Numbers stand on these colours, which stay light on a dark page, as `darkPlotColors` has not this one either. */
const ON_COLOR = "#111111";
const ROW_HEIGHT = 22, WIDTH = 420;
/** Narrower parts have no room for their number. */
const LEAST_LABELLED = 0.045;

/**
 * What became of right and wrong votes from turn to turn, in the manner of the paper's Figures 3 and 4: a bar for each
 * series and pair of turns, cut into shares of the questions.
 *
 * @param series The series.
 * @param options Title.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If no series has two turns.
 */
export function voteTransitionsPlot(
  series: readonly DiscussionSeries[],
  { title, subtitle }: TransitionsPlotOptions,
): PlotSpec {
  const bars = voteTransitionsTable(series).rows.map(([name, turns, ...cells]) => ({
    bar: `${name}, turn ${String(turns).replace(" → ", " to ")}`,
    shares: MOVES.map((_, i) => (cells[i] as Interval | null)?.estimate ?? 0),
  }));
  if (bars.length === 0) {
    throw new RangeError(`Cannot plot "${title}" as discussions must have two turns: none has`);
  }
  const parts = bars.flatMap(({ bar, shares }) => {
    let from = 0;
    return MOVES.map(([move], order) => {
      const share = shares[order]!;
      const part = { bar, move, from, to: from + share, middle: from + share / 2, share };
      from = part.to;
      return part;
    });
  });
  const y = {
    field: "bar",
    type: "nominal" as const,
    sort: null,
    axis: { title: null, labelLimit: 400, ticks: false, domain: false },
  };
  const x = {
    field: "from",
    type: "quantitative" as const,
    axis: { title: "share of the questions", format: ".0%", grid: false, tickCount: 5 },
    scale: { domain: [0, 1] as [number, number], nice: false },
  };
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    width: WIDTH,
    height: ROW_HEIGHT * bars.length,
    data: { values: parts },
    layer: [
      {
        mark: { type: "bar", height: ROW_HEIGHT - 6 },
        encoding: {
          y,
          x,
          x2: { field: "to" },
          color: {
            field: "move",
            type: "nominal",
            scale: { domain: MOVES.map(([move]) => move), range: MOVES.map(([, color]) => color) },
            legend: { orient: "top" },
          },
        },
      },
      {
        transform: [{ filter: `datum.share >= ${LEAST_LABELLED}` }],
        mark: { type: "text", fontSize: 10.5, color: ON_COLOR },
        encoding: {
          y,
          x: { ...x, field: "middle" },
          text: { field: "share", type: "quantitative", format: ".0%" },
        },
      },
    ],
  };
}
