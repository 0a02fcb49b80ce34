import pl, { type Series } from "nodejs-polars";
import type { DataFrame } from "./frame.ts";

/** Stands for null among the numbers of texts. */
const NO_TEXT = 2 ** 32 - 1;

/**
 * The rows of a frame, column by column: twice as fast as its own `toRecords()`, and equal texts are kept once.
 *
 * @param frame The frame.
 * @param names Names of the columns that are wanted; default all.
 * @returns One object per row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import pl from "nodejs-polars";
 * import { recordsOf } from "./records_of.ts";
 *
 * const frame = pl.DataFrame({ turn: [0, 1], answer: ["7", null] });
 * assertEquals(recordsOf(frame), [{ turn: 0, answer: "7" }, { turn: 1, answer: null }]);
 * assertEquals(recordsOf(frame, ["turn"]), [{ turn: 0 }, { turn: 1 }]);
 * ```
 */
export function recordsOf(
  frame: DataFrame,
  names: readonly string[] = frame.columns,
): Record<string, unknown>[] {
  const columns = names.map((name) => [name, cellsOf(frame, name)] as const);
  return Array.from({ length: frame.height }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (const [name, cells] of columns) record[name] = cells[row];
    return record;
  });
}

/** Types whose values polars hands over in one piece of memory. */
const NUMBERS = new Set([
  "Int8",
  "Int16",
  "Int32",
  "UInt8",
  "UInt16",
  "UInt32",
  "Float32",
  "Float64",
]);

/** The cells of a column. One by one polars hands them over seventy times as slowly as in one piece. */
function cellsOf(frame: DataFrame, name: string): ArrayLike<unknown> {
  const column = frame.getColumn(name);
  const type: string = column.dtype.variant;
  if (type === "String") return textsOf(column);
  if (column.nullCount() > 0) return column.toArray() as unknown[];
  if (NUMBERS.has(type)) return column.toTypedArray();
  if (type === "Bool") {
    return Array.from(column.cast(pl.UInt8).toTypedArray() as Uint8Array, (bit) => bit === 1);
  }
  return column.toArray() as unknown[];
}

/** Equal texts are handed over once. */
function textsOf(column: Series): ArrayLike<unknown> {
  const cells = column.cast(pl.Categorical).cast(pl.UInt32);
  const codes = pl.DataFrame({ cells })
    .select(pl.col("cells").fillNull(pl.lit(NO_TEXT)).cast(pl.UInt32))
    .getColumn("cells").toTypedArray() as Uint32Array;
  const firstRows = new Map<number, number>();
  for (const [row, code] of codes.entries()) {
    if (code !== NO_TEXT && !firstRows.has(code)) firstRows.set(code, row);
  }
  const texts = new Map<number, unknown>();
  const values = column.gather([...firstRows.values()]).toArray();
  for (const [i, code] of [...firstRows.keys()].entries()) texts.set(code, values[i]);
  return Array.from(codes, (code) => texts.get(code) ?? null);
}
