/**
 * What results show, read from their frames.
 *
 * @module
 */
import { CheckpointError, MaporlError, named, quoted, RunError } from "../lib/core/mod.ts";
import {
  type Frames,
  type ProgressReporter,
  readResultFrames,
  type ResultFrames,
  type ResultParts,
} from "../lib/tracking/mod.ts";
import type { Results } from "./results.ts";

/** A result that was read. */
export interface ReadResult extends ResultFrames {
  /** Its tables, numbers and plot. */
  readonly shown: ResultParts;
}

/** Results that were read, by name. */
export type ReadResults = Readonly<Record<string, ReadResult>>;

/** How {@linkcode readResults} makes and tells. */
export interface ReadResultsOptions {
  /** All results. */
  readonly results: Results;
  /** Shows which result is read. */
  readonly progress: ProgressReporter;
  /** What to do where frames of a result are damaged. */
  readonly remedyOf: (name: string) => string;
}

/**
 * Reads results, and makes what they show: seconds for each.
 *
 * @param folders Folders of frames by the result's name.
 * @param options What makes tables of frames.
 * @returns The results in the order of the folders.
 * @throws {MaporlError} If frames are missing, are another result's, were changed or are of another version.
 */
export async function readResults(
  folders: Readonly<Record<string, string>>,
  { results, progress, remedyOf }: ReadResultsOptions,
): Promise<ReadResults> {
  const read: Record<string, ReadResult> = {};
  const all = Object.entries(folders);
  using reading = progress.task("reading", { total: all.length, unit: "results" });
  for (const [name, folder] of all) {
    reading.note(name);
    reading.advance(0); // shows the name: a result takes seconds
    const remedy = remedyOf(name);
    const { frames, madeBy } = await readResultFrames(folder, remedy);
    if (madeBy.result !== name) {
      throw new CheckpointError(
        `Cannot use ${named(folder)} as it must be of ${name}: ${quoted(madeBy.result ?? null)}`,
        { thing: folder, remedy },
      );
    }
    read[name] = { frames, madeBy, shown: shownOf(results[name]!, frames, { folder, remedy }) };
    reading.advance();
  }
  return read;
}

/** Frames that are whole and hold what no run of this version leaves are refused by name. */
function shownOf(
  result: Results[string],
  frames: Frames,
  { folder, remedy }: { readonly folder: string; readonly remedy: string },
): ReadResult["shown"] {
  try {
    return result.show(frames);
  } catch (error) {
    if (error instanceof MaporlError) throw error;
    throw new RunError(
      `Cannot show ${named(folder)} as its frames must be those of a result: ${
        (error as Error).message
      }`,
      { thing: folder, remedy, cause: error },
    );
  }
}
