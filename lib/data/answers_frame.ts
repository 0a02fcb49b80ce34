import { Buffer } from "node:buffer";
import { CheckpointError, named } from "../core/mod.ts";
import type { ProgramResult } from "./run_programs.ts";

/** A row of a data set, and what its program returned. */
export type AnswerFrameRow = {
  /** Its file, in the data set's folder. */
  readonly file: string;
  /** Number of its line there (of the row, in Parquet), from 1. */
  readonly row: number;
  /** What is asked; empty where the row cannot be read. */
  readonly question: string;
} & ProgramResult;

/** Type that polars lacks: without a path it gives the bytes. */
type ToParquet = (options: { compression: "zstd" }) => Uint8Array;

/**
 * Rows as a Parquet file, with null as the `value` of rows that have a `problem`, and the other way round.
 *
 * @param rows The rows.
 * @returns The file's bytes.
 */
export async function answersToParquet(rows: readonly AnswerFrameRow[]): Promise<Uint8Array> {
  const { default: pl } = await import("nodejs-polars");
  const values = rows.map((row) => "value" in row ? row.value : null);
  const problems = rows.map((row) => "problem" in row ? row.problem : null);
  const frame = pl.DataFrame([
    pl.Series("file", rows.map(({ file }) => file), pl.Utf8),
    pl.Series("row", rows.map(({ row }) => row), pl.Int32),
    pl.Series("question", rows.map(({ question }) => question), pl.Utf8),
    pl.Series("value", values, pl.Float64),
    pl.Series("problem", problems, pl.Utf8),
  ]);
  return (frame.writeParquet as ToParquet)({ compression: "zstd" });
}

/**
 * Reads what {@linkcode answersToParquet} wrote.
 *
 * @param bytes The file's bytes, as they were written.
 * @param source The file, and what to do where it is another one.
 * @returns The rows.
 * @throws {CheckpointError} If it is no such file.
 */
export async function answersFromParquet(
  bytes: Uint8Array<ArrayBuffer>,
  { path, remedy }: { readonly path: string; readonly remedy: string },
): Promise<AnswerFrameRow[]> {
  const { default: pl } = await import("nodejs-polars");
  try {
    const frame = pl.readParquet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return frame.toRecords().map(({ file, row, question, value, problem }) => ({
      ...{ file, row, question },
      ...(problem === null ? { value } : { problem }),
    })) as AnswerFrameRow[];
  } catch (cause) {
    throw new CheckpointError(
      `Cannot read ${named(path)} as it must be a whole Parquet file: ${cause}`,
      {
        thing: path,
        remedy,
        cause,
      },
    );
  }
}
