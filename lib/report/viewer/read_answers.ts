import { decompress } from "fzstd";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import type { SeenRow, ViewedRow } from "../viewed_columns.ts";

/** What is read later, as it is long and seldom looked at. */
const SEEN: readonly (keyof SeenRow)[] = ["asked", "remembered"];

const compressors = {
  ZSTD: (bytes: Uint8Array, length: number) => decompress(bytes, new Uint8Array(length)),
};

/**
 * Reads the answers of a page.
 *
 * @param file Parquet with `viewedColumns`.
 * @returns The answers; what agents saw is null until {@linkcode readSeen} has read it.
 */
export async function readAnswers(file: ArrayBuffer): Promise<ViewedRow[]> {
  const [, ...columns] = parquetMetadata(file).schema.map(({ name }) => name); // the root is first
  const first = columns.filter((name) => !SEEN.some((seen) => seen === name));
  const rows = await parquetReadObjects({ file, compressors, columns: first });
  for (const row of rows) for (const name of SEEN) row[name] = null;
  return rows as unknown as ViewedRow[];
}

/**
 * Reads what agents saw into the answers.
 *
 * @param file Parquet with `viewedColumns`.
 * @param answers What {@linkcode readAnswers} gave.
 * @returns When all are read.
 */
export async function readSeen(file: ArrayBuffer, answers: readonly ViewedRow[]): Promise<void> {
  const rows = await parquetReadObjects({ file, compressors, columns: [...SEEN] });
  rows.forEach((row, i) => Object.assign(answers[i]!, row));
}
