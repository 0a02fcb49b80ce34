import type { Columns } from "./columns.ts";
import type { Table } from "./tables.ts";

/**
 * The documentation of a frame as a table.
 *
 * @param name The frame's name.
 * @param columns Its columns.
 * @returns One row per column: name, type, unit, meaning.
 */
export function describeColumns(name: string, columns: Columns): Table {
  return {
    title: `${name}.parquet`,
    columns: ["column", "type", "unit", "meaning"].map((title) => ({ title })),
    rows: Object.entries(columns).map(([column, { type, unit, meaning, nullable }]) => [
      column,
      nullable === true ? `${type} or empty` : type,
      unit,
      meaning,
    ]),
  };
}
