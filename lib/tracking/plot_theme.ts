import type * as vegaLite from "vega-lite";

/** A plot, as Vega-Lite describes it. */
export type PlotSpec = vegaLite.TopLevelSpec;
/** What plots have in common, as Vega-Lite configures it. */
export type PlotTheme = vegaLite.Config;

/** Colours that stay apart for all kinds of colour vision and in grey (Okabe and Ito 2008). */
export const plotColors: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#8c6d1f",
  "#56b4e9",
  "#e69f00",
  "#555555",
];

const font = "Lato, Helvetica, Arial, sans-serif";
const ink = "#222222", greyInk = "#555555", line = "#d9d9d9";

/** Look of all plots: light, without frames, for print and screen. */
export const plotTheme: PlotTheme = {
  background: "transparent", // renderPlot() lays white under the picture once it knows its size
  padding: 0,
  font,
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 15,
    fontWeight: "bold",
    color: ink,
    subtitleFontSize: 12,
    subtitleColor: greyInk,
    subtitlePadding: 5,
    offset: 14,
  },
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    labelColor: greyInk,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titleColor: ink,
    titlePadding: 10,
    gridColor: line,
    gridWidth: 0.8,
    domainColor: greyInk,
    tickColor: greyInk,
    tickSize: 4,
  },
  legend: { title: null, labelFontSize: 12, labelLimit: 400, labelColor: ink, symbolOpacity: 1 },
  text: { color: ink },
  axisX: { grid: false, labelFlush: false, labelBound: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
};
