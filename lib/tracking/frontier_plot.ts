import { type CostedValue, costFrontier } from "../evaluation/mod.ts";
import type { PlotAxis } from "./line_plot.ts";
import { plotColors, type PlotSpec } from "./plot_theme.ts";

/** A way of answering in a frontier's picture. */
export interface FrontierPoint extends CostedValue {
  /** What kind of way it is: points of a group look alike. */
  readonly group: string;
  /** What the way is called where it is on the frontier. */
  readonly name: string;
}

/** What {@linkcode frontierPlot} shows. */
export interface FrontierPlotOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds. */
  readonly subtitle?: string;
  /** Axis of the cost, which is logarithmic. */
  readonly x: PlotAxis;
  /** Axis of what is reached. */
  readonly y: PlotAxis;
  /** All points, at a cost above 0; groups have colours and shapes in the order in which they occur. */
  readonly points: readonly FrontierPoint[];
}

const WIDTH = 520, HEIGHT = 320;
const FRONTIER_COLOR = "#555555";
const SHAPES: readonly string[] = ["circle", "square", "triangle-up", "diamond", "cross"];
/** Room at both ends of the axis of costs, as a factor. */
const ROOM = 1.4;

/**
 * What is reached at which cost: a point for each way of answering, and the frontier that none of them lies above,
 * whose points are named.
 *
 * @param options What is shown.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no point, one costs nothing, or one is not finite.
 */
export function frontierPlot({ title, subtitle, x, y, points }: FrontierPlotOptions): PlotSpec {
  checkPoints(title, points);
  const frontier = costFrontier(points);
  const groups = [...new Set(points.map(({ group }) => group))];
  const costs = points.map(({ cost }) => cost);
  const ends = x.domain ?? [Math.min(...costs) / ROOM, Math.max(...costs) * ROOM];
  const axis = ({ title, ticks, format }: PlotAxis) => ({
    title,
    ...(ticks === undefined ? {} : { values: [...ticks] }),
    ...(format === undefined ? {} : { format }),
  });
  const place = {
    x: {
      field: "cost",
      type: "quantitative" as const,
      axis: axis(x),
      scale: { type: "log" as const, domain: [ends[0], ends[1]], nice: false },
    },
    y: {
      field: "value",
      type: "quantitative" as const,
      axis: axis(y),
      scale: {
        zero: false,
        ...(y.domain === undefined ? {} : { domain: [y.domain[0], y.domain[1]] }),
      },
    },
  };
  const legend = { orient: "top" as const };
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: frontier.map((point) => ({ ...point })) },
        mark: { type: "line", interpolate: "step-after", color: FRONTIER_COLOR, strokeWidth: 1.4 },
        encoding: place,
      },
      {
        data: { values: points.map((point) => ({ ...point })) },
        mark: { type: "point", filled: true, size: 55, opacity: 0.85 },
        encoding: {
          ...place,
          color: {
            field: "group",
            type: "nominal",
            scale: {
              domain: groups,
              range: groups.map((_, i) => plotColors[i % plotColors.length]!),
            },
            legend,
          },
          shape: {
            field: "group",
            type: "nominal",
            scale: { domain: groups, range: groups.map((_, i) => SHAPES[i % SHAPES.length]!) },
            legend,
          },
        },
      },
      {
        data: { values: frontier.map((point) => ({ ...point })) },
        mark: { type: "text", align: "right", baseline: "bottom", dx: -4, dy: -4, fontSize: 10.5 },
        encoding: { ...place, text: { field: "name" } },
      },
    ],
  };
}

function checkPoints(title: string, points: readonly FrontierPoint[]): void {
  if (points.length === 0) {
    throw new RangeError(`Cannot plot "${title}" as there must be a point: there is none`);
  }
  const wrong = points.find(({ cost, value }) =>
    !(Number.isFinite(cost) && cost > 0 && Number.isFinite(value))
  );
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot plot "${title}" as points must be finite and cost more than 0: ${
        JSON.stringify(wrong)
      }`,
    );
  }
}
