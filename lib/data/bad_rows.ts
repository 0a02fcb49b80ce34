import { ConfigError, named, printable, quoted } from "../core/mod.ts";

/** A row of a file that cannot be used. */
export interface BadRow {
  /** Where it stands: `line 7` of a text, `row 7` of a Parquet file. */
  readonly place: string;
  /** What it must be. */
  readonly reason: string;
  /** What it is. */
  readonly value: unknown;
}

/** The rows that were read of a file, and how many may be bad. */
export interface RowCount {
  /** The file. */
  readonly path: string;
  /** Rows that were read, the bad ones too. */
  readonly numRows: number;
  /** Largest share of bad rows that are left out, in [0, 1]. */
  readonly maxShare: number;
  /** The setting that says so, for the remedy: `task.maxBadRows`. */
  readonly setting: string;
}

/** How many bad rows a message shows. */
const SHOWN = 2;
/** Characters of a reason that are shown: it may quote names of a foreign file. */
const MAX_REASON = 120;

/**
 * Decides on the bad rows of a file: few are left out and named, more are a reason not to use it.
 *
 * @param bad The bad rows.
 * @param count How many rows there are, and how many may be bad.
 * @returns One line that says what was left out; none where nothing was.
 * @throws {ConfigError} If a larger share is bad, or all of the rows, naming file, place, reason and value.
 */
export function checkBadRows(
  bad: readonly BadRow[],
  { path, numRows, maxShare, setting }: RowCount,
): string[] {
  if (bad.length === 0) return [];
  const [first] = bad;
  const shown = bad.slice(0, SHOWN).map(({ place, reason, value }) =>
    `${place}, as ${short(reason)}: ${quoted(value)}`
  );
  const more = bad.length > SHOWN ? `; and ${bad.length - SHOWN} more` : "";
  const rows = `${bad.length} of ${numRows} rows of ${named(path)}`;
  if (bad.length < numRows && bad.length <= maxShare * numRows) {
    return [`Left out ${rows}: ${shown.join("; ")}${more}`];
  }
  throw new ConfigError(
    `Cannot use ${rows}, as at most a share of ${maxShare} may be bad (${setting}): ` +
      `${shown.join("; ")}${more}`,
    {
      thing: path,
      value: first!.value,
      remedy: `Check that it is the file that you mean; to leave such rows out, raise ${setting}`,
    },
  );
}

/** What is shown of a reason; control characters are written out before they are counted. */
function short(reason: string): string {
  const shown = printable(reason);
  return shown.length <= MAX_REASON ? shown : `${shown.slice(0, MAX_REASON - 3)}...`;
}
