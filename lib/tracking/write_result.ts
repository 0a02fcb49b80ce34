import { createFolder, removeLeftovers, writeFileAtomic } from "../core/mod.ts";
import type { ComparedArm } from "./baselines_of_arms.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { renderPlot } from "./render_plot.ts";
import type { ResultValue } from "./result_values.ts";
import { markdownTable, type Table } from "./tables.ts";

/** What is shown of a result over several runs. */
export interface ResultParts {
  /** Its tables by name. */
  readonly tables: Readonly<Record<string, Table>>;
  /** Its pictures by name; the one that says most is `picture`. */
  readonly plots?: Readonly<Record<string, PlotSpec>>;
  /** By arm, what its models reach without discussion; absent where there are no arms. */
  readonly comparisons?: ReadonlyMap<string, ComparedArm> | undefined;
  /** Numbers by name that running text tells. */
  readonly values?: Readonly<Record<string, ResultValue>> | undefined;
}

/**
 * Writes a result: each table as `<name>.md`, each picture as `<name>.svg` and `<name>.png`.
 *
 * @param folder Where to; made when missing.
 * @param parts Tables and pictures.
 * @returns Paths of the files that were written.
 * @throws {RunError} If the disk refuses.
 */
export async function writeResult(
  folder: string,
  { tables, plots = {} }: ResultParts,
): Promise<string[]> {
  await createFolder(folder);
  await removeLeftovers(folder, { writtenBefore: performance.timeOrigin });
  const files: Record<string, string | Uint8Array> = Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [`${name}.md`, markdownTable(table)]),
  );
  for (const [name, plot] of Object.entries(plots)) {
    const { svg, png } = await renderPlot(plot);
    files[`${name}.svg`] = svg;
    files[`${name}.png`] = png;
  }
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(`${folder}/${name}`, content);
  }
  return Object.keys(files).map((name) => `${folder}/${name}`);
}
