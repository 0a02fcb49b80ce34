import type { Table } from "../../lib/tracking/mod.ts";

/** A table without its columns of p-values, which have tests of their own. */
export function withoutPValues<Shown extends Table>(table: Shown): Shown {
  const isKept = (_: unknown, i: number) => !/^p( \(Holm\))?$/.test(table.columns[i]!.title);
  return {
    ...table,
    columns: table.columns.filter(isKept),
    rows: table.rows.map((row) => row.filter(isKept)),
  };
}
