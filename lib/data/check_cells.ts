import { someOf } from "../core/mod.ts";

/** What is wanted of a column, whichever of several names a data set's editions give it. */
export interface DataColumn {
  /** Its names; the first that a row has counts. */
  readonly names: readonly string[];
  /** What its cells hold: text that is not empty, or a whole number as well. */
  readonly type: "text" | "text or integer";
}

/** The wanted columns, by the names that they get. */
export type DataColumns = Readonly<Record<string, DataColumn>>;

/**
 * The wanted cells of a row, checked.
 *
 * @param columns The wanted columns.
 * @param cells All cells of the row; others than the wanted may be there.
 * @returns The cells by the names of `columns`, whole numbers as their digits.
 * @throws {SyntaxError} If one is missing or of another type: what it must be.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkCells } from "./check_cells.ts";
 *
 * const columns = { premise: { names: ["premise", "context"], type: "text" } } as const;
 * assertEquals(checkCells(columns, { uid: 1, context: "It rains." }), { premise: "It rains." });
 * ```
 */
export function checkCells<C extends DataColumns>(
  columns: C,
  cells: Readonly<Record<string, unknown>>,
): Record<keyof C, string> {
  const checked = Object.entries(columns).map(([name, { names, type }]) => {
    const found = names.find((known) => Object.hasOwn(cells, known));
    if (found === undefined) {
      const wanted = names.map((known) => `"${known}"`).join(" or ");
      throw new SyntaxError(
        `it must have ${wanted}, and has ${someOf(Object.keys(cells)) || "nothing"}`,
      );
    }
    const cell = cells[found];
    const isNumber = type !== "text" && (typeof cell === "bigint" || Number.isSafeInteger(cell));
    if (isNumber) return [name, String(cell)];
    if (typeof cell === "string" && cell.trim() !== "") return [name, cell];
    throw new SyntaxError(
      `"${found}" must be a ${type === "text" ? "text" : "text or whole number"}, not empty`,
    );
  });
  return Object.fromEntries(checked) as Record<keyof C, string>;
}
