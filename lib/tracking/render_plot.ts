import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { compile } from "vega-lite";
import { writeFileAtomic } from "../core/mod.ts";
import { type PlotSpec, plotTheme } from "./plot_theme.ts";
import type { RunFolder } from "./run_folder.ts";

/** A plot in both its forms. */
export interface RenderedPlot {
  /** Scalable; text stays text. */
  readonly svg: string;
  /** Pixels, for where SVG is not shown. */
  readonly png: Uint8Array;
}

/** Pixels of the PNG per pixel of the plot: sharp in print at about 9 cm width. */
const PNG_SCALE = 2.5;

// From the font package and not from the system: the same picture on a machine without any font.
const fontFiles = ["400Regular/Lato_400Regular.ttf", "700Bold/Lato_700Bold.ttf"].map((file) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/lato/${file}`))
);

const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: "Lato" };
/** White around the picture; more at the right, where another font may make names longer. */
const MARGIN = 10, RIGHT_MARGIN = 22;

/**
 * Renders a Vega-Lite specification, the same bytes every time and on every machine.
 *
 * @param spec The specification; its data must be inline.
 * @returns SVG and PNG.
 */
export async function renderPlot(spec: PlotSpec): Promise<RenderedPlot> {
  const { spec: vegaSpec } = compile({ ...spec, config: plotTheme });
  vega.resetSVGDefIds(); // otherwise clip paths are numbered on from plot to plot
  const view = new vega.View(vega.parse(vegaSpec), { renderer: "none" });
  const svg = crop(await view.toSVG());
  view.finalize();
  const png = new Resvg(svg, { fitTo: { mode: "zoom", value: PNG_SCALE }, font }).render().asPng();
  return { svg, png };
}

/** Vega guesses the width of texts, far too large; resvg knows it from the font. */
function crop(svg: string): string {
  const box = new Resvg(svg, { font }).getBBox();
  if (box === undefined) return svg;
  const left = Math.floor(box.x - MARGIN), top = Math.floor(box.y - MARGIN);
  const width = Math.ceil(box.x + box.width + RIGHT_MARGIN) - left;
  const height = Math.ceil(box.y + box.height + MARGIN) - top;
  return svg
    .replace(
      / width="[^"]*" height="[^"]*" viewBox="[^"]*">/,
      () =>
        ` width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">` +
        `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="#ffffff"/>`,
    );
}

/**
 * Renders a plot into a run's folder.
 *
 * @param run The run.
 * @param name File name without ending; may contain folders.
 * @param spec The specification.
 * @returns The file name of the SVG in the run's folder; the PNG stands beside it.
 * @throws {RunError} If the disk refuses.
 */
export async function savePlot(run: RunFolder, name: string, spec: PlotSpec): Promise<string> {
  const { svg, png } = await renderPlot(spec);
  await run.writeText(`${name}.svg`, svg);
  await writeFileAtomic(run.file(`${name}.png`), png);
  return `${name}.svg`;
}
