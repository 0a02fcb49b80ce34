import { ConfigError, named, quoted, readTextWithin } from "../core/mod.ts";
import type { RawRow } from "./raw_row.ts";

/** Far above GSM8K and ANLI; larger sets come as Parquet. */
const MAX_BYTES = 2 ** 28;

/**
 * The rows of a CSV file (RFC 4180) whose first row names the columns. Not by Polars: that drops cells beyond
 * the last column without a word, so that a comma outside of quotes changes a question.
 *
 * @param path The file.
 * @returns The rows, by the lines on which they begin. A row with more or fewer cells than columns says so.
 * @throws {ConfigError} If a quote is not closed, as nobody knows then where rows end.
 * @throws {RunError} If it cannot be read.
 */
export async function* csvRows(path: string): AsyncGenerator<RawRow> {
  let header: readonly string[] | undefined;
  const text = (await readTextWithin(path, MAX_BYTES)).replace(/^\uFEFF/, "");
  for (const { line: row, cells, text: shown } of records(text, path)) {
    if (cells.length === 1 && cells[0] === "") continue; // an empty line
    if (header === undefined) header = cells;
    else if (cells.length !== header.length) {
      const reason =
        `it must have ${header.length} cells, as the first row, and has ${cells.length}`;
      yield { row, text: shown, reason };
    } else {
      yield {
        row,
        text: shown,
        cells: Object.fromEntries(header.map((name, i) => [name, cells[i]])),
      };
    }
  }
}

/** A record, and where it begins. */
interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly text: string;
}

function* records(text: string, path: string): Generator<CsvRecord> {
  // A cell in quotes, in which two quotes are one, or one without; then what ends it.
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|((?!")(?:[^,\r\n]|\r(?!\n))*))(,|\r?\n|$)/y;
  let line = 1;
  let start = 0;
  let lineOfRecord = 1;
  let cells: string[] = [];
  while (cell.lastIndex < text.length || cells.length > 0) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) {
      throw new ConfigError(
        `Cannot read ${named(path)} as its quotes must close, with two for one inside of a cell: ` +
          `line ${line} has ${quoted(text.slice(at, at + 60))}`,
        { thing: path, remedy: `Correct line ${line}, or get the file again` },
      );
    }
    const [whole, inQuotes, plain = "", end] = found;
    cells.push(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"'));
    for (const char of whole) if (char === "\n") line++;
    if (end === ",") continue;
    yield { line: lineOfRecord, cells, text: text.slice(start, cell.lastIndex).trimEnd() };
    cells = [];
    [start, lineOfRecord] = [cell.lastIndex, line];
    if (start >= text.length) return;
  }
}
