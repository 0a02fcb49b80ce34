import { plotColors, type PlotSpec } from "./plot_theme.ts";

/** A point of a line, with its interval if there is one. */
export interface LinePoint {
  /** Name of the line. */
  readonly series: string;
  /** Place along the line. */
  readonly x: number;
  /** Height. */
  readonly y: number;
  /** Lower end of the interval. */
  readonly low?: number;
  /** Upper end of the interval. */
  readonly high?: number;
}

/** A horizontal line to compare with. */
export interface PlotReference {
  /** Its name, written on it. */
  readonly name: string;
  /** Its height. */
  readonly y: number;
}

/** An axis. */
export interface PlotAxis {
  /** Its title, with the unit. */
  readonly title: string;
  /** Ends of the axis; default: what the points and intervals need. */
  readonly domain?: readonly [number, number];
  /** Where labels stand; default: at round numbers. */
  readonly ticks?: readonly number[];
  /** Form of the labels in d3's notation, such as `.0%`. */
  readonly format?: string;
}

/** What {@linkcode linePlot} shows. */
export interface LinePlotOptions {
  /** What the plot shows, as a short statement. */
  readonly title: string;
  /** Setting: sizes, seeds, what the intervals are. */
  readonly subtitle?: string;
  /** Horizontal axis. */
  readonly x: PlotAxis;
  /** Vertical axis. */
  readonly y: PlotAxis;
  /** All points; lines are coloured in the order in which they occur. */
  readonly points: readonly LinePoint[];
  /** How intervals are drawn: bars at few places, bands along many. Default `band`. */
  readonly intervals?: "bars" | "band";
  /** Heights to compare with, as dashed lines. */
  readonly references?: readonly PlotReference[];
}

const WIDTH = 420, HEIGHT = 270;
const REFERENCE_COLOR = "#555555";
const LABEL = { type: "text", align: "left", baseline: "middle", dx: 9, fontSize: 12.5 } as const;
/** Least distance of two labels, in pixels: their height. */
const LABEL_HEIGHT = 16;

/**
 * Lines with intervals, each named at its end instead of in a legend.
 *
 * @param options What is shown.
 * @returns A Vega-Lite specification for `renderPlot()`.
 * @throws {RangeError} If there is no point, or one is not finite.
 */
export function linePlot(options: LinePlotOptions): PlotSpec {
  const { title, subtitle, x, y, points, intervals = "band", references = [] } = options;
  checkPoints(title, points, references);
  const series = [...new Set(points.map((point) => point.series))];
  const ends = [
    ...points.flatMap(({ y, low = y, high = y }) => [low, high]),
    ...references.map(({ y }) => y),
  ];
  const yDomain = y.domain ?? padded(Math.min(...ends), Math.max(...ends));
  const xs = points.map((point) => point.x);
  const xDomain = x.domain ?? [Math.min(...xs), Math.max(...xs)];
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: series, range: series.map((_, i) => plotColors[i % plotColors.length]!) },
    legend: null,
  } as const;
  const axis = ({ title, ticks, format }: PlotAxis) => ({
    title,
    labelOverlap: false, // Vega guesses the widths of labels and would hide some that fit
    ...(ticks === undefined ? { tickCount: 6 } : {
      values: [...ticks],
      tickMinStep: 1e-6, // with the format "d" Vega would drop labels that lie 1 apart
    }),
    ...(format === undefined ? {} : { format }),
  });
  const domain = ([low, high]: readonly [number, number]): [number, number] => [low, high];
  const place = {
    x: {
      field: "x",
      type: "quantitative" as const,
      axis: axis(x),
      scale: { domain: domain(xDomain), nice: false, zero: false },
    },
    y: {
      field: "y",
      type: "quantitative" as const,
      axis: axis(y),
      scale: { domain: domain(yDomain), nice: false, zero: false },
    },
  };
  const interval = {
    ...place,
    y: { ...place.y, field: "low" },
    y2: { field: "high" },
    color,
  };
  const hasInterval = { filter: "isValid(datum.low) && isValid(datum.high)" };
  const isSparse = points.length / series.length <= 12;
  const right = Math.max(...xs);
  const names = pushedApart([
    ...lastPoints(points, series),
    ...references.map(({ name, y }): LinePoint => ({ series: name, x: right, y })),
  ], yDomain);
  const isLine = ({ series: name }: LinePoint) => series.includes(name);
  return {
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    width: WIDTH,
    height: HEIGHT,
    data: { values: points.map((point) => ({ ...point })) },
    layer: [
      ...(references.length === 0 ? [] : [
        {
          data: { values: references.map(({ y }) => ({ y })) },
          mark: { type: "rule" as const, strokeDash: [5, 4], color: REFERENCE_COLOR },
          encoding: { y: place.y },
        },
        {
          data: { values: names.filter((label) => !isLine(label)) },
          mark: { ...LABEL, dx: 18, color: REFERENCE_COLOR }, // beyond the end of the rule
          encoding: { ...place, text: { field: "series" } as const },
        },
      ]),
      intervals === "band"
        ? { transform: [hasInterval], mark: { type: "area", opacity: 0.15 }, encoding: interval }
        : {
          transform: [hasInterval],
          mark: { type: "rule", strokeWidth: 1.6, opacity: 0.75 },
          encoding: interval,
        },
      {
        mark: {
          type: "line",
          strokeWidth: 2.2,
          point: isSparse ? { size: 42, filled: true, opacity: 1 } : false,
        },
        encoding: { ...place, color },
      },
      {
        data: { values: names.filter(isLine) },
        mark: { ...LABEL, fontWeight: "bold" },
        encoding: { ...place, color, text: { field: "series" } },
      },
    ],
  };
}

function checkPoints(
  title: string,
  points: readonly LinePoint[],
  references: readonly PlotReference[],
): void {
  if (points.length === 0) {
    throw new RangeError(`Cannot plot "${title}" as there must be a point: there is none`);
  }
  const bad = points.find(({ x, y, low = y, high = y }) =>
    ![x, y, low, high].every(Number.isFinite)
  );
  const wrong = bad ?? references.find(({ y }) => !Number.isFinite(y));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot plot "${title}" as points must be finite: ${JSON.stringify(wrong)}`,
    );
  }
}

/** A range with some room around it; around a single value, room of its own. */
function padded(low: number, high: number): [number, number] {
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

/** Name of each line at its last point. */
function lastPoints(points: readonly LinePoint[], series: readonly string[]): LinePoint[] {
  const right = Math.max(...points.map(({ x }) => x));
  return series.map((name) => {
    const last = points.filter((point) => point.series === name)
      .reduce((a, b) => b.x >= a.x ? b : a);
    return { series: name, x: right, y: last.y };
  });
}

/** Labels at their heights, moved as little as it takes for none to overlap. */
function pushedApart(
  wanted: readonly LinePoint[],
  [bottom, top]: readonly [number, number],
): LinePoint[] {
  const labels = [...wanted].sort((a, b) => a.y - b.y);
  const gap = LABEL_HEIGHT / HEIGHT * (top - bottom);
  // Neighbours that are too close become a block around their middle; blocks merge until all fit.
  const blocks: { center: number; members: typeof labels }[] = [];
  for (const label of labels) {
    let block = { center: label.y, members: [label] };
    for (let below = blocks.at(-1); below !== undefined; below = blocks.at(-1)) {
      const reach = gap * (below.members.length + block.members.length) / 2;
      if (block.center - below.center >= reach) break;
      blocks.pop();
      const members = [...below.members, ...block.members];
      block = { center: members.reduce((sum, { y }) => sum + y, 0) / members.length, members };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ center, members }) =>
    members.map((label, i) => ({ ...label, y: center + (i - (members.length - 1) / 2) * gap }))
  );
}
