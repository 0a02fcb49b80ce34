import { RunError } from "./errors.ts";
import { fileError } from "./file_error.ts";

/**
 * Takes a folder for this process. The lock is the operating system's, so a crash releases it.
 *
 * @param path The folder.
 * @returns The lock; closing it lets the folder go.
 * @throws {RunError} If another process holds the folder, or it cannot be written.
 */
export async function lockFolder(path: string): Promise<Deno.FsFile> {
  const lock = await Deno.open(`${path}/.lock`, { create: true, write: true }).catch((error) => {
    throw fileError(error, path, "write");
  });
  if (await lock.tryLock(true)) return lock;
  lock.close();
  throw new RunError(`Cannot write ${path} as one process at a time may: another one does`, {
    thing: path,
    remedy: "Wait for it or stop it",
  });
}
