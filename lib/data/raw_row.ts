/** A row as a file has it, before anything is known of its cells. */
export interface RawRow {
  /** Number of its line (text) or of the row (Parquet), from 1. */
  readonly row: number;
  /** Its cells by the names that the file gives them; none where the row itself cannot be read. */
  readonly cells?: Readonly<Record<string, unknown>>;
  /** Why it cannot be read, where it cannot. */
  readonly reason?: string;
  /** What stands there, for errors. */
  readonly text?: string;
}
