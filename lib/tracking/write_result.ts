import { createFolder, writeFileAtomic } from "../core/mod.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { renderPlot } from "./render_plot.ts";
import { markdownTable, type Table } from "./tables.ts";

/** A result over several runs. */
export interface ResultParts {
  /** Its table. */
  readonly table: Table;
  /** Its picture, if it has one. */
  readonly plot?: PlotSpec | undefined;
}

/**
 * Writes a result: `table.md`, and its picture as `picture.svg` and `picture.png`.
 *
 * @param folder Where to; made when missing.
 * @param parts Table and picture.
 * @returns Paths of the files that were written.
 * @throws {RunError} If the disk refuses.
 */
export async function writeResult(
  folder: string,
  { table, plot }: ResultParts,
): Promise<string[]> {
  await createFolder(folder);
  await writeFileAtomic(`${folder}/table.md`, markdownTable(table));
  if (plot === undefined) return [`${folder}/table.md`];
  const { svg, png } = await renderPlot(plot);
  await writeFileAtomic(`${folder}/picture.svg`, svg);
  await writeFileAtomic(`${folder}/picture.png`, png);
  return ["table.md", "picture.svg", "picture.png"].map((name) => `${folder}/${name}`);
}
