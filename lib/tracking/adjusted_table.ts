import { holmAdjusted } from "../evaluation/mod.ts";
import { formatNumber } from "./format_number.ts";
import { OVER_SEEDS } from "./over_seeds.ts";
import type { Cell, Table } from "./tables.ts";

/** Differences with an adjusted p-value of so much or more cannot be told from zero. */
export const SIGNIFICANCE = 0.05;

const DIGITS = 3;

/** A difference in a table. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly p: number;
}

/**
 * Puts behind each column of differences their p-values, adjusted by Holm for all differences of the table, and
 * says so in its caption. What cannot be told from zero is marked. A cell is a difference if its interval has a
 * p-value; where the ends over seeds stand beside it, that is theirs and stands behind them.
 *
 * @param table The table.
 * @returns The table with one more column for each of differences; without differences the same table.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { adjustedTable } from "./adjusted_table.ts";
 *
 * const gain = { estimate: 0.3, low: 0.1, high: 0.5 };
 * const { columns, rows } = adjustedTable({
 *   title: "",
 *   columns: [{ title: "gain" }],
 *   rows: [[{ ...gain, p: 0.02 }], [{ ...gain, p: 0.03 }], [{ ...gain, p: 0.2 }]],
 * });
 * assertEquals(columns.map(({ title }) => title), ["gain", "p (Holm)"]);
 * assertEquals(rows.map((row) => row[1]!), ["0.060‡", "0.060‡", "0.200‡"]);
 * ```
 */
export function adjustedTable(table: Table): Table {
  const places = table.rows.flatMap((cells, row) =>
    cells.flatMap((cell, column): Place[] => {
      const p = pOf(cell);
      return p === undefined ? [] : [{ row, column, p }];
    })
  );
  if (places.length === 0) return table;
  const title = places.length > 1 ? "p (Holm)" : "p";
  const adjusted = holmAdjusted(places.map(({ p }) => p));
  const textAt = new Map(
    places.map(({ row, column }, i) => [`${row} ${column}`, textOf(adjusted[i]!)]),
  );
  const columnsOfDifferences = [...new Set(places.map(({ column }) => column))];
  /** By the place of the column behind which they stand. */
  const sourceOf = new Map(columnsOfDifferences.map((column) => {
    const isBesideSeeds = table.columns[column + 1]?.title === OVER_SEEDS;
    return [isBesideSeeds ? column + 1 : column, column];
  }));
  const spread = <Item>(items: readonly Item[], added: (source: number) => Item) =>
    items.flatMap((item, i) => {
      const source = sourceOf.get(i);
      return source === undefined ? [item] : [item, added(source)];
    });
  return {
    ...table,
    columns: spread(table.columns, () => ({ title })),
    rows: table.rows.map((cells, row) =>
      spread(cells, (column): Cell => textAt.get(`${row} ${column}`) ?? null)
    ),
    caption: [table.caption, noteOf(title, adjusted)].filter((part) => part).join(" "),
  };
}

const pOf = (cell: Cell) => typeof cell === "object" ? cell?.p : undefined;

function textOf(p: number): string {
  if (p < 10 ** -DIGITS) return `< ${10 ** -DIGITS}`;
  return formatNumber(p, DIGITS) + (p < SIGNIFICANCE ? "" : "‡");
}

function noteOf(title: string, adjusted: readonly number[]): string {
  const count = adjusted.length;
  const many = count > 1 ? `, adjusted by Holm for the ${count} differences of this table` : "";
  return [
    `"${title}": how likely a difference as large would be if there were none, by the interval in front of it${many}.`,
    ...(adjusted.every((p) => p < SIGNIFICANCE)
      ? []
      : [`‡ ${SIGNIFICANCE} or more: cannot be told from zero.`]),
  ].join(" ");
}
