/**
 * What becomes of the colours of plots on a dark page.
 *
 * @module
 */

/** The colours of plots and their texts, each with one of the same hue that is seen on a dark ground. */
export const darkPlotColors: Readonly<Record<string, string>> = {
  "#0072b2": "#56a8e0",
  "#d55e00": "#f08a4b",
  "#009e73": "#3cc79c",
  "#cc79a7": "#e2a0c4",
  "#8c6d1f": "#c9a54b",
  "#56b4e9": "#8fd0f5",
  "#e69f00": "#f5bd4a",
  "#555555": "#aab2ba",
  "#222222": "#e4e7ea",
  "#d9d9d9": "#3a4148",
};

/**
 * Rules that give plots these colours.
 *
 * @returns CSS.
 */
export function darkPlotRules(): string {
  return Object.entries(darkPlotColors).flatMap(([light, dark]) => [
    `.picture [fill="${light}"]{fill:${dark}}`,
    `.picture [stroke="${light}"]{stroke:${dark}}`,
  ]).join("\n");
}
