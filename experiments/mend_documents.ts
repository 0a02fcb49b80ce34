/**
 * What `deno task reproduce --documents` does and says.
 *
 * @module
 */
import { printErrorLine, printLine, reportProgress } from "../lib/tracking/mod.ts";
import {
  checkDocuments,
  type Committed,
  readCommitted,
  type Repository,
  updateDocuments,
} from "./documents.ts";

/**
 * Writes all documents and pictures, and says what it does, what it wrote, and what is still wrong.
 *
 * @param repository The repository.
 * @param known What its results show, where that has been made already.
 * @returns The exit code.
 * @throws {MaporlError} If committed frames are missing, were changed or are of another version.
 */
export async function mendDocuments(
  repository: Repository,
  known?: Committed,
): Promise<number> {
  const progress = reportProgress();
  const shown = { ...repository, progress };
  try {
    printLine("Filling documents and pictures from the committed frames");
    const committed = known ?? await readCommitted(shown);
    const written = await updateDocuments(shown, committed);
    for (const path of written) printLine(`${repository.root}/${path}`);
    if (written.length === 0) printLine("Nothing changed");
    printLine("Checking all documents");
    const problems = await checkDocuments(shown, { committed });
    for (const problem of problems) printErrorLine(problem);
    return problems.length === 0 ? 0 : 1;
  } finally {
    progress.end();
  }
}
