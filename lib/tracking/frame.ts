import pl, { type Series } from "nodejs-polars";
import { nearestName } from "../core/mod.ts";
import type { DataFrame } from "../data/mod.ts";
import type { CellValues, Column, Columns, RowOf } from "./columns.ts";

export type { DataFrame };

const isInt = (value: unknown) => Number.isInteger(value) && (Number(value) | 0) === value;

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

const checks: Record<keyof CellValues, (value: unknown) => boolean> = {
  int: isInt,
  float: (value) => typeof value === "number",
  float32: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  text: (value) => typeof value === "string",
  ints: (value) => isList(value) && Array.prototype.every.call(value, isInt),
  floats: (value) => isList(value) && Array.prototype.every.call(value, checks.float),
};

const typeNames: Record<keyof CellValues, string> = {
  int: "an integer of 32 bits",
  float: "a number",
  float32: "a number",
  bool: "a boolean",
  text: "a text",
  ints: "a list of integers of 32 bits",
  floats: "a list of numbers",
};

/**
 * Checks that a row has exactly the columns of its frame, each with a value of its type.
 *
 * @param columns The columns.
 * @param row The row.
 * @throws {TypeError} If a column is missing, unknown or holds another type, naming the column.
 */
export function checkRow(columns: Columns, row: Readonly<Record<string, unknown>>): void {
  for (const [name, { type, nullable }] of Object.entries(columns)) {
    const value = row[name];
    if (checks[type](value) || (nullable === true && value === null)) continue;
    throw new TypeError(
      `Cannot add a row as ${name} must be ${typeNames[type]}${
        nullable === true ? " or null" : ""
      }: ${JSON.stringify(value)}`,
    );
  }
  for (const name of Object.keys(row)) {
    if (Object.hasOwn(columns, name)) continue;
    const nearest = nearestName(name, Object.keys(columns));
    throw new TypeError(
      `Cannot add a row as it has a column that the frame does not know: ${name}` +
        (nearest === undefined ? "" : `; did you mean ${nearest}?`),
    );
  }
}

/** Polars takes null in an integer column for 0 and cannot infer empty lists, so both go by a cast. */
function series(name: string, { type }: Column, values: readonly unknown[]): Series {
  switch (type) {
    case "int":
      return pl.Series(name, values as number[], pl.Float64).cast(pl.Int32);
    case "float":
      return pl.Series(name, values as number[], pl.Float64);
    case "float32":
      return pl.Series(name, values as number[], pl.Float64).cast(pl.Float32);
    case "bool":
      return pl.Series(name, values as boolean[], pl.Bool);
    case "text":
      return pl.Series(name, values as string[], pl.Utf8);
    case "ints":
      return pl.Series(name, values.map(plainList)).cast(pl.List(pl.Int32));
    case "floats":
      return pl.Series(name, values.map(plainList)).cast(pl.List(pl.Float64));
  }
}

const plainList = (value: unknown) =>
  value === null ? null : Array.from(value as ArrayLike<number>);

/**
 * A Polars frame of rows, checked against its columns.
 *
 * @param columns The columns.
 * @param rows The rows; none gives an empty frame with the same types.
 * @returns The frame, its columns in their order.
 * @throws {TypeError} If a row does not fit, naming the column.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { frameOf } from "./frame.ts";
 *
 * const columns = { turn: { type: "int", unit: "from 0", meaning: "turn" } } as const;
 * assertEquals(frameOf(columns, [{ turn: 0 }, { turn: 2 }]).toRecords(), [{ turn: 0 }, { turn: 2 }]);
 * ```
 */
export function frameOf<C extends Columns>(columns: C, rows: readonly RowOf<C>[]): DataFrame {
  for (const row of rows) checkRow(columns, row);
  return pl.DataFrame(
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name,
        series(name, column, rows.map((row) => row[name])),
      ]),
    ),
  );
}
