import {
  createFolder,
  type FileDigest,
  fileError,
  named,
  renameDurably,
  RunError,
} from "../core/mod.ts";
import type { RemoteFile } from "./data_sets.ts";
import { fileDigest } from "./file_digest.ts";
import { PartFile } from "./part_file.ts";
import { CutTransfer, type TransferOptions, transferRest } from "./transfer_rest.ts";

/** How {@linkcode downloadFile} works. */
export interface DownloadOptions extends TransferOptions {
  /** Most tries in a row that bring nothing; default 5. */
  readonly tries?: number;
  /** Milliseconds before the second try, doubled before each further one; default 1000. */
  readonly pause?: number;
}

/**
 * Downloads a file. What arrives is kept beside it as `.part`, so that a transfer which is cut, or a process that is
 * killed, goes on where it stopped. The file gets its name in one step, once its size and SHA-256 are those that are
 * known.
 *
 * @param file Where it is, and what is known of it.
 * @param path Where it is put.
 * @param options Token, tries, progress.
 * @returns Size and SHA-256 of what was put there.
 * @throws {RunError} If the server cannot be reached, does not have it, stops again and again, or gives another file.
 */
export async function downloadFile(
  file: RemoteFile,
  path: string,
  { tries = 5, pause = 1000, ...options }: DownloadOptions = {},
): Promise<FileDigest> {
  await createFolder(path.replace(/[\\/][^\\/]*$/, ""));
  const part = new PartFile(path);
  let failed = 0;
  let most = await part.size(); // progress is what goes beyond it: starting over again and again is none
  for (let isDone = false; !isDone;) {
    try {
      await transferRest(file, part, options);
      isDone = true;
    } catch (error) {
      if (!(error instanceof CutTransfer)) throw error;
      const size = await part.size();
      failed = size > most ? 1 : failed + 1;
      most = Math.max(most, size);
      if (failed >= tries) {
        throw new RunError(
          `Cannot download ${named(file.url)} as it broke off ${tries} times: ${error.message}`,
          {
            thing: file.url,
            remedy: `Start the command again: it goes on behind the ${size} bytes that are there`,
            cause: error,
          },
        );
      }
      await new Promise((wake) => setTimeout(wake, pause * 2 ** (failed - 1)));
    }
  }
  return await landFile(file, path, part);
}

/**
 * Gives a file that has arrived its name, if it is the one that is known.
 *
 * @param file What is known of it.
 * @param path Where it is put.
 * @param part What has arrived; removed if it is another file.
 * @returns Its size and SHA-256.
 * @throws {RunError} If it is another file, or the disk refuses.
 */
export async function landFile(
  file: RemoteFile,
  path: string,
  part: PartFile,
): Promise<FileDigest> {
  const digest = await fileDigest(part.path);
  const { size = digest.size, sha256 = digest.sha256 } = file;
  if (size !== digest.size || sha256 !== digest.sha256) {
    await part.remove();
    throw new RunError(
      `Cannot use what came from ${named(file.url)} as it must have ${size} bytes with sha256 ` +
        `${sha256}: it has ${digest.size} with ${digest.sha256}`,
      {
        thing: file.url,
        value: digest.sha256,
        remedy:
          "Try again, or another mirror; if it was changed on purpose, remove the data set's folder first",
      },
    );
  }
  try {
    await part.sync();
    await renameDurably(part.path, path);
  } catch (error) {
    throw fileError(error, path, "write");
  }
  await part.remove();
  return digest;
}
