/**
 * Counts of what happened, and the failures in words.
 *
 * @module
 */

/** Something that must not happen and did. */
export interface Failure {
  /** The case, as `--only` takes it. */
  readonly only: string;
  /** What kind of failure. */
  readonly kind: string;
  /** What happened, in a line or more. */
  readonly detail: string;
}

/** How many failures are told in full; all are counted. */
const TOLD = 40;
/** How many failures of one kind are told in full. */
const TOLD_OF_A_KIND = 8;

/** A table of counts by row and column, and a list of failures. */
export class Tally {
  /** Every failure, in the order of happening. */
  readonly failures: Failure[] = [];
  readonly #counts = new Map<string, Map<string, number>>();

  /**
   * Counts something.
   *
   * @param row Name of the row.
   * @param column Name of the column.
   */
  add(row: string, column: string): void {
    const counts = this.#counts.get(row) ?? new Map<string, number>();
    this.#counts.set(row, counts.set(column, (counts.get(column) ?? 0) + 1));
  }

  /**
   * Notes a failure and tells of it at once, so that nothing is lost if the attack is ended.
   *
   * @param failure The failure.
   * @param task Name of the task that repeats it.
   */
  fail(failure: Failure, task: string): void {
    this.failures.push(failure);
    const ofKind = this.failures.filter(({ kind }) => kind === failure.kind).length;
    if (this.failures.length > TOLD || ofKind > TOLD_OF_A_KIND) return;
    console.log(`${failure.kind}: deno task ${task} --only ${failure.only}`);
    console.log(failure.detail.replaceAll(/^/gm, "    "));
  }

  /**
   * Sum of a column over some rows.
   *
   * @param column The column; undefined for all columns.
   * @param rows Which rows count; default all.
   * @returns The sum.
   */
  total(column?: string, rows: (row: string) => boolean = () => true): number {
    let sum = 0;
    for (const [row, counts] of this.#counts) {
      if (!rows(row)) continue;
      for (const [name, count] of counts) if (column === undefined || name === column) sum += count;
    }
    return sum;
  }

  /**
   * The table as text.
   *
   * @param columns The columns in their order; those without a count are 0.
   * @returns Lines with a row each, aligned.
   */
  table(columns: readonly string[]): string {
    const head = ["", ...columns];
    const rows = [...this.#counts].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([row, counts]) => [row, ...columns.map((name) => String(counts.get(name) ?? 0))]);
    const sums = ["all", ...columns.map((name) => String(this.total(name)))];
    const lines = [head, ...rows, sums];
    const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
    return lines.map((line) =>
      line.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
        .join("  ")
    ).join("\n");
  }

  /**
   * Failures by kind, as text.
   *
   * @returns One line per kind; a sentence when there is none.
   */
  summary(): string {
    const kinds = Map.groupBy(this.failures, ({ kind }) => kind);
    if (kinds.size === 0) return "nothing happened that must not";
    return [...kinds].map(([kind, failures]) =>
      `${failures.length} × ${kind}: ${failures.slice(0, 5).map(({ only }) => only).join(", ")}`
    ).join("\n");
  }
}
