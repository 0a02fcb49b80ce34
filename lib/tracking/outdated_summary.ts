import { fileError, writeFileAtomic } from "../core/mod.ts";

/** Name of the file with the results, for people. */
export const SUMMARY_FILE = "summary.md";

/** How a summary begins whose run went on. */
const MARK = "> Of before ";

/**
 * Marks the summary of a run that goes on: it, and the pictures that it shows, are of an earlier state
 * until the next one is written, which may be never. Nothing is removed before there is something better.
 *
 * @param folder The run's folder.
 * @param time When the run was gone on with.
 * @returns When it is on the disk; at once where there is no summary or it is marked already.
 * @throws {RunError} If it cannot be read, or the disk refuses.
 */
export async function markSummary(folder: string, time: string): Promise<void> {
  const path = `${folder}/${SUMMARY_FILE}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "read");
  });
  if (text === undefined || text.startsWith(MARK)) return;
  await writeFileAtomic(path, `${MARK}${time}, when the run was gone on with.\n\n${text}`);
}
