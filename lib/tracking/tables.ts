import { type Interval, MIN_DIFFERING_QUESTIONS } from "../evaluation/mod.ts";
import { formatNumber } from "./format_number.ts";

/** What a cell shows: a text, a number, a number with its interval; null is nothing. */
export type Cell = string | number | Interval | null;

/** A column of a table. */
export interface TableColumn {
  /** Its title, with the unit. */
  readonly title: string;
  /** Digits after the point of its numbers; without it, three significant ones. */
  readonly digits?: number;
}

/** A table, to be shown on the terminal and written as Markdown. */
export interface Table {
  /** What it shows, in one line. */
  readonly title: string;
  /** Its columns. */
  readonly columns: readonly TableColumn[];
  /** Its rows, each with one cell per column. */
  readonly rows: readonly (readonly Cell[])[];
  /** What is to be said about it in words, below it. */
  readonly caption?: string;
  /** Of which arm each row is, where their first cells do not begin with its name. */
  readonly rowArms?: readonly string[];
}

/**
 * The text of a cell.
 *
 * @param cell The cell.
 * @param digits Digits after the point; without it, three significant ones.
 * @returns Such as `0.62 [0.58, 0.66]`; with a † behind where few questions differ, see `Interval`.
 */
export function formatCell(cell: Cell, digits?: number): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return formatNumber(cell, digits);
  const [estimate, low, high] = [cell.estimate, cell.low, cell.high].map((x) =>
    formatNumber(x, digits)
  );
  return `${estimate} [${low}, ${high}]${cell.few ? "†" : ""}`;
}

/** Stands below a table with such intervals. */
const FEW_NOTE =
  `† Fewer than ${MIN_DIFFERING_QUESTIONS} questions differ here, so this interval is only a rough one: ` +
  "rather too wide for shares and their differences, too narrow for other means.";

/** A table whose cells are texts. */
export interface TextTable {
  /** Caption and explained marks, a line each. */
  readonly notes: readonly string[];
  /** Titles of the columns. */
  readonly header: readonly string[];
  /** Texts of the cells. */
  readonly rows: readonly (readonly string[])[];
  /** By column, whether it has numbers alone. */
  readonly isNumeric: readonly boolean[];
}

/**
 * The texts of a table, however it is written.
 *
 * @param table The table.
 * @returns Its texts.
 * @throws {RangeError} If a row has another number of cells than there are columns.
 */
export function textTable({ columns, rows, caption }: Table): TextTable {
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new RangeError(
        `Cannot make a table as each row must have ${columns.length} cells: ${row.length}`,
      );
    }
  }
  const isFew = (cell: Cell) => typeof cell === "object" && cell?.few;
  return {
    notes: [
      ...(rows.some((row) => row.some(isFew)) ? [FEW_NOTE] : []),
      ...(caption === undefined ? [] : [caption]),
    ],
    header: columns.map(({ title }) => title),
    rows: rows.map((row) => row.map((cell, i) => formatCell(cell, columns[i]!.digits))),
    isNumeric: columns.map((_, i) =>
      rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] !== "string")
    ),
  };
}

/**
 * A table for the terminal: aligned, numbers to the right, a line under the header, and one below that
 * explains marks.
 *
 * @param table The table.
 * @returns Several lines without a final line break.
 * @throws {RangeError} If a row has another number of cells than there are columns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { terminalTable } from "./tables.ts";
 *
 * const text = terminalTable({
 *   title: "Accuracy (95 % intervals)",
 *   columns: [{ title: "model" }, { title: "turn 1", digits: 2 }],
 *   rows: [["MAPoRL", { estimate: 0.62, low: 0.58, high: 0.66 }]],
 * });
 * assertEquals(text.split("\n"), [
 *   "Accuracy (95 % intervals)",
 *   "model              turn 1",
 *   "──────  ─────────────────",
 *   "MAPoRL  0.62 [0.58, 0.66]",
 * ]);
 * ```
 */
export function terminalTable(table: Table): string {
  const { notes, header, rows, isNumeric } = textTable(table);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]!.length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [table.title, line(header), rule, ...rows.map(line), ...notes].join("\n");
}

/**
 * The same table as Markdown.
 *
 * @param table The table.
 * @returns Title and table, with a final line break.
 * @throws {RangeError} If a row has another number of cells than there are columns.
 */
export function markdownTable(table: Table): string {
  const { notes, header, rows, isNumeric } = textTable(table);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const rule = `|${isNumeric.map((right) => right ? "---:" : "---").join("|")}|`;
  const below = notes.flatMap((note) => ["", note]);
  return [`**${table.title}**`, "", line(header), rule, ...rows.map(line), ...below].join("\n") +
    "\n";
}

/**
 * Whether a table shows anything.
 *
 * @param table The table.
 * @returns False where nothing of its kind happened: no later turn, no stated strategy.
 */
export function hasRows({ rows }: Table): boolean {
  return rows.length > 0;
}
