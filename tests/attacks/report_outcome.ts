/**
 * What `deno task reproduce` leaves that interruptions may not change.
 *
 * @module
 */
import { filesOf } from "../experiments/run_experiment.ts";
import { frameRows, type Outcome } from "./run_outcome.ts";

/** Columns of tables that tell of the process: no two runs take the same time. */
const OF_THE_PROCESS = /^(seconds|peak MiB)$/;

/**
 * Everything that is shown of results: pages and settings byte for byte, tables but for what tells of the
 * process, frames, pictures.
 *
 * @param folder The folder that results are written to.
 * @returns Text by the file's name.
 */
export async function reportOutcome(folder: string): Promise<Outcome> {
  const outcome = new Map<string, string>();
  for (const name of filesOf(folder)) {
    const path = `${folder}/${name}`;
    if (name.endsWith("manifest.json")) {
      // The digests are of frames that tell of the process, too.
      const { identity } = JSON.parse(await Deno.readTextFile(path));
      outcome.set(name, JSON.stringify(identity, null, 1));
    } else if (name.endsWith(".parquet")) outcome.set(name, await frameRows(path));
    else if (name.endsWith(".png")) outcome.set(name, (await Deno.readFile(path)).toBase64());
    else outcome.set(name, withoutTimes(await Deno.readTextFile(path)));
  }
  return outcome;
}

/**
 * A text with the cells emptied that tell of the process.
 *
 * @param text Markdown or HTML.
 * @returns The text, otherwise as it was.
 */
export function withoutTimes(text: string): string {
  const inHtml = text.replaceAll(/<table>.*?<\/table>/gs, (table) => {
    const rows = table.split(/(?<=<\/tr>)/);
    return withoutColumns(rows, /(?<=<t[hd](?: [^>]*)?>).*?(?=<\/t[hd]>)/gs);
  });
  return inHtml.replaceAll(
    /(?:^\|.*\n)+/gm,
    (table) => withoutColumns(table.split(/(?<=\n)/), /(?<=\|)[^|\n]+/g),
  );
}

/** The first row names the columns. */
function withoutColumns(rows: readonly string[], cells: RegExp): string {
  const names = [...rows[0]!.matchAll(cells)].map(([name]) => name.trim());
  const isLeftOut = names.map((name) => OF_THE_PROCESS.test(name));
  const [head, ...body] = rows;
  const emptied = body.map((row) => {
    let column = 0;
    return row.replaceAll(cells, (cell) => isLeftOut[column++] ? " " : cell);
  });
  return head + emptied.join("");
}
