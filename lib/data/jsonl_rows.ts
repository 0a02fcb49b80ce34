import { isMapping, parseJson } from "../core/mod.ts";
import type { RawRow } from "./raw_row.ts";
import { MAX_LINE, readLines } from "./read_lines.ts";

/**
 * The rows of a file with one JSON object a line; empty lines are passed over, one of more than a million characters
 * is a bad row.
 *
 * @param path The file.
 * @returns The rows. A line that is no object says so.
 * @throws {ConfigError} If the file is no text.
 * @throws {RunError} If it cannot be read.
 */
export async function* jsonlRows(path: string): AsyncGenerator<RawRow> {
  const reason = `it must have at most ${MAX_LINE} characters`;
  for await (const { number: row, text, isCut } of readLines(path)) {
    if (text.trim() !== "") yield { row, text, ...(isCut ? { reason } : parseLine(text)) };
  }
}

/** Not by Polars: that refuses the file for one bad line, or makes the line one of nulls. */
function parseLine(text: string): Pick<RawRow, "cells" | "reason"> {
  try {
    const cells = parseJson(text, exactNumbers);
    return isMapping(cells) ? { cells } : { reason: "it must be one JSON object" };
  } catch (error) {
    return { reason: `it must be one JSON object (${(error as Error).message})` };
  }
}

/** Whole numbers that a double does not hold as they stand there. */
function exactNumbers(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isInexact = typeof value === "number" && Number.isInteger(value) &&
    !Number.isSafeInteger(value);
  return isInexact && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context!.source!) : value;
}
