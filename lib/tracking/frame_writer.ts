import type { Columns, RowOf } from "./columns.ts";
import { frameOf } from "./frame.ts";
import { parquetBytes } from "./parquet.ts";

/**
 * Collects the rows of one frame until {@linkcode RunFrames.save} writes them.
 */
export class FrameWriter<C extends Columns> {
  /** Name of the frame: of its file without `.parquet`. */
  readonly name: string;
  /** The columns. */
  readonly columns: C;
  #rows: RowOf<C>[] = [];

  /**
   * A writer for one frame of a run.
   *
   * @param name Name of the frame.
   * @param columns Its columns.
   */
  constructor(name: string, columns: C) {
    this.name = name;
    this.columns = columns;
  }

  /**
   * Adds rows; they are on the disk after the next {@linkcode RunFrames.save}.
   *
   * @param rows Rows with exactly the frame's columns.
   */
  append(rows: readonly RowOf<C>[]): void {
    for (const row of rows) this.#rows.push(row);
  }

  /**
   * The rows that were added and not written.
   *
   * @returns Their number and their bytes as Parquet; undefined when there are none.
   * @throws {TypeError} If a row does not fit the columns.
   */
  pending(): PendingRows | undefined {
    const count = this.#rows.length;
    if (count === 0) return undefined;
    return { count, bytes: parquetBytes(frameOf(this.columns, this.#rows)) };
  }

  /**
   * Forgets the first rows, as they are on the disk; what was added meanwhile stays for the next part.
   *
   * @param count How many.
   */
  forget(count: number): void {
    this.#rows = this.#rows.slice(count);
  }
}

/** Rows that wait to be written. */
export interface PendingRows {
  /** How many. */
  readonly count: number;
  /** A Parquet file of them. */
  readonly bytes: Uint8Array;
}
