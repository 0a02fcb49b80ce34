/**
 * The file of a notebook (nbformat 4.5), as tests read and write it.
 *
 * @module
 */

/** What a cell shows. */
export type Output =
  | {
    readonly output_type: "display_data" | "execute_result";
    /** By media type: a text, or its lines; JSON of other types. */
    readonly data: Readonly<Record<string, unknown>>;
    readonly metadata: object;
  }
  | { readonly output_type: "stream"; readonly text: string | readonly string[] }
  | { readonly output_type: "error"; readonly ename: string; readonly evalue: string };

/** A cell. */
export type Cell =
  | { readonly cell_type: "markdown"; readonly id: string; readonly source: readonly string[] }
  | {
    readonly cell_type: "code";
    readonly id: string;
    readonly source: readonly string[];
    readonly execution_count: number | null;
    readonly outputs: readonly Output[];
  };

/** A notebook. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: object;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** Reads a notebook. */
export async function readNotebook(path: URL): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** The code of its cells. */
export function codeOf({ cells }: Notebook): string[] {
  return cells.flatMap((cell) => cell.cell_type === "code" ? [cell.source.join("")] : []);
}

/** What its cells show: of a display what it is, of all else that it is something else. */
export function shownIn({ cells }: Notebook): unknown[] {
  return cells.flatMap((cell) => cell.cell_type === "code" ? cell.outputs.map(shownBy) : []);
}

/** What an output shows, its texts in one piece. */
export function shownBy(output: Output): unknown {
  if (output.output_type !== "display_data") return output;
  return Object.fromEntries(
    Object.entries(output.data).map(([type, value]) => [
      type,
      Array.isArray(value) ? value.join("") : value,
    ]),
  );
}

/** The same notebook with other outputs, one list per cell of code. */
export function withOutputs(notebook: Notebook, outputs: readonly (readonly Output[])[]): Notebook {
  let next = 0;
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code"
      ? { ...cell, execution_count: next + 1, outputs: outputs[next++]!.map(inLines) }
      : cell
  );
  return { ...notebook, cells };
}

/** Texts by lines, so that differences between versions can be read. */
function inLines(output: Output): Output {
  if (output.output_type !== "display_data") return output;
  const data = Object.entries(output.data).map(([type, value]) => [
    type,
    typeof value === "string" ? value.match(/.*\n|.+$/g) ?? [] : value,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}
