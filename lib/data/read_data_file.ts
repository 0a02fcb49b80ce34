import { ConfigError, named } from "../core/mod.ts";
import type { BadRow } from "./bad_rows.ts";
import { checkCells, type DataColumns } from "./check_cells.ts";
import { csvRows } from "./csv_rows.ts";
import type { DataFrame } from "./data_frame.ts";
import { jsonlRows } from "./jsonl_rows.ts";
import { parquetRows } from "./parquet_rows.ts";
import type { RawRow } from "./raw_row.ts";

/** Name of the column that says where a row stands in its file. */
export const ROW_COLUMN = "row";

/** Endings of the files that {@linkcode readDataFile} reads. */
export const DATA_FORMATS = ["jsonl", "parquet", "csv"] as const;

/** How {@linkcode readDataFile} reads. */
export interface DataFileOptions {
  /** The wanted columns. */
  readonly columns: DataColumns;
  /** Rows from the first, bad ones counted; default all. */
  readonly limit?: number;
}

/** What was read of a file. */
export interface DataFile {
  /**
   * The usable rows: a text in each wanted column, and in `row` the number of the line (of the row, in
   * Parquet), from 1.
   */
  readonly frame: DataFrame;
  /** The others. */
  readonly bad: readonly BadRow[];
  /** Rows that were read, the bad ones too. */
  readonly numRows: number;
}

/**
 * Reads rows of a file as a Polars frame with the columns that are wanted, each cell checked.
 *
 * @param path A file that ends in `.jsonl` (one object a line), `.parquet` or `.csv` (with a header).
 * @param options Columns, and how many rows.
 * @returns The frame, and the rows that could not be used.
 * @throws {ConfigError} If the file as a whole is not what its ending says.
 * @throws {RunError} If it cannot be read.
 */
export async function readDataFile(
  path: string,
  { columns, limit = Infinity }: DataFileOptions,
): Promise<DataFile> {
  const bad: BadRow[] = [];
  const rows: number[] = [];
  const names = Object.keys(columns);
  const cellsOf = new Map(names.map((name) => [name, [] as string[]]));
  const unit = path.endsWith(".parquet") ? "row" : "line";
  let numRows = 0;
  for await (const { row, cells, reason, text } of rawRows(path, { columns, limit })) {
    numRows++;
    try {
      if (cells === undefined) throw new SyntaxError(reason);
      const checked = checkCells(columns, cells);
      rows.push(row);
      for (const name of names) cellsOf.get(name)!.push(checked[name]!);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      bad.push({ place: `${unit} ${row}`, reason: error.message, value: text ?? cells });
    }
    if (numRows >= limit) break;
  }
  const { default: pl } = await import("nodejs-polars");
  const frame = pl.DataFrame([
    pl.Series(ROW_COLUMN, rows, pl.Int32),
    ...names.map((name) => pl.Series(name, cellsOf.get(name)!, pl.Utf8)),
  ]);
  return { frame, bad, numRows };
}

function rawRows(
  path: string,
  { columns, limit }: { readonly columns: DataColumns; readonly limit: number },
): AsyncGenerator<RawRow> {
  if (path.endsWith(".jsonl")) return jsonlRows(path);
  if (path.endsWith(".csv")) return csvRows(path);
  if (path.endsWith(".parquet")) {
    const names = Object.values(columns).flatMap(({ names }) => names);
    return parquetRows(path, { names, ...(limit === Infinity ? {} : { limit }) });
  }
  throw new ConfigError(
    `Cannot read ${named(path)} as its name must end in ${
      DATA_FORMATS.map((format) => `.${format}`).join(", ")
    }`,
    { thing: path, remedy: "Give it the ending of its format" },
  );
}
