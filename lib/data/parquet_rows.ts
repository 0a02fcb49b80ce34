import { ConfigError, named } from "../core/mod.ts";
import type { RawRow } from "./raw_row.ts";

/** Which rows and columns of a Parquet file are read. */
export interface ParquetRange {
  /** Names of columns that are wanted; those that the file has not are left out. */
  readonly names: readonly string[];
  /** Rows from the first; default all. */
  readonly limit?: number;
}

/**
 * The rows of a Parquet file, read by Polars.
 *
 * @param path The file.
 * @param range Which rows and columns.
 * @returns The rows; numbers of 64 bits that a double does not hold are bigints.
 * @throws {ConfigError} If it is no whole Parquet file, or has none of the columns.
 */
export async function* parquetRows(
  path: string,
  { names, limit }: ParquetRange,
): AsyncGenerator<RawRow> {
  // Loaded here, as it is native code that questions of no file need.
  const { default: pl } = await import("nodejs-polars");
  const refuse = (expected: string, cause?: unknown) =>
    new ConfigError(`Cannot read ${named(path)} as ${expected}`, {
      thing: path,
      remedy: "Check that it is the file that you mean, and get it again",
      cause,
    });
  let records: Record<string, unknown>[];
  try {
    const file = pl.scanParquet(path);
    const { columns } = file.head(0).collectSync();
    const wanted = columns.filter((name) => names.includes(name));
    if (wanted.length === 0) {
      throw refuse(
        `it must have columns such as ${names.join(", ")}: it has ${columns.join(", ")}`,
      );
    }
    const chosen = file.select(...wanted);
    records = (limit === undefined ? chosen : chosen.head(limit)).collectSync().toRecords();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw refuse(`it must be a whole Parquet file: ${(error as Error).message}`, error);
  }
  for (const [index, cells] of records.entries()) yield { row: index + 1, cells };
}
