import { fileError } from "./file_error.ts";

/** What {@linkcode writeFileAtomic} needs of a file system; a test can give one that fails. */
export interface FileWriter {
  /** Creates a new file, fills it and waits until it is on the disk. */
  write(path: string, chunks: Iterable<Uint8Array>): Promise<void>;
  /** Puts the file in place of another in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>;
}

function dirname(path: string): string {
  return path.match(/^(.*)[\\/][^\\/]*$/s)?.[1] || (/^[\\/]/.test(path) ? "/" : ".");
}

/**
 * Flushes a folder to the disk: the names of what was made or renamed in it survive a power cut only
 * then. Does nothing where folders cannot be opened, as on Windows.
 *
 * @param path The folder.
 * @returns When it is on the disk.
 */
export async function syncFolder(path: string): Promise<void> {
  const folder = await Deno.open(path).catch(() => undefined);
  await folder?.sync().catch(() => {});
  folder?.close();
}

/**
 * Makes a folder and those above it, each flushed to the disk.
 *
 * @param path The folder; may exist.
 * @returns When it is on the disk.
 * @throws {RunError} If it cannot be made, naming `path` and what to do.
 */
export async function createFolder(path: string): Promise<void> {
  try {
    await makeFolders(path);
  } catch (error) {
    throw fileError(error, path, "create");
  }
}

/**
 * Whether there is anything under a name: a link counts itself, also one that leads nowhere.
 *
 * @param path The name.
 * @returns False also where it cannot be looked at.
 */
export async function isTaken(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

async function makeFolders(path: string, hasParent = false): Promise<void> {
  try {
    await Deno.mkdir(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists && await isFolder(path)) return;
    const parent = dirname(path);
    // Some places, such as /proc, say so although the parent is there.
    if (!(error instanceof Deno.errors.NotFound) || parent === path || hasParent) throw error;
    await makeFolders(parent);
    return await makeFolders(path, true);
  }
  await syncFolder(dirname(path));
}

/**
 * Moves a file or folder to another name on the same disk, flushed: after a power cut it has one of both.
 *
 * @param from Its path.
 * @param to Its new path, which must be free (for a file: is replaced).
 * @returns When it is on the disk.
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  await Deno.rename(from, to);
  await syncFolder(dirname(to));
}

const diskWriter: FileWriter = {
  async write(path, chunks) {
    const file = await Deno.open(path, { write: true, createNew: true });
    try {
      for (const chunk of chunks) {
        for (let done = 0; done < chunk.length;) done += await file.write(chunk.subarray(done));
      }
      await file.sync();
    } finally {
      file.close();
    }
  },
  rename: renameDurably,
  async remove(path) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  },
};

/**
 * Lets `write` fill a temporary file in the folder of `path` and puts it in place of `path` in one step:
 * readers see the old file or the new one, never a part. The temporary file is gone when it fails.
 *
 * @param path The file to make or replace.
 * @param write Writes the file that it is given the path of; it must wait until it is on the disk.
 * @param writer The file system, for tests.
 * @returns When the file is in place.
 * @throws {RunError} If the disk is full, read-only or refuses, naming `path` and what to do.
 */
export async function replaceFileAtomic(
  path: string,
  write: (temporaryPath: string) => Promise<void>,
  writer: FileWriter = diskWriter,
): Promise<void> {
  const temporaryPath = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await write(temporaryPath);
    await writer.rename(temporaryPath, path);
  } catch (error) {
    // The first error is the one to report, whatever becomes of the temporary file.
    await writer.remove(temporaryPath).catch(() => {});
    throw fileError(error, path, "write");
  }
}

/**
 * Writes a file in one step: a temporary file in the same folder, flushed to the disk, then renamed.
 * After a crash the old file or the new one is there, never a part; no temporary file is left behind
 * when writing fails.
 *
 * @param path The file to make or replace; its folder must exist.
 * @param data Text (UTF-8), bytes, or chunks of bytes that are written one after the other.
 * @param writer The file system, for tests.
 * @returns When the file is in place.
 * @throws {RunError} If the disk is full, read-only or refuses, naming `path` and what to do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeFileAtomic } from "./atomic_file.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await writeFileAtomic(`${folder}/note.txt`, "done");
 * assertEquals(await Deno.readTextFile(`${folder}/note.txt`), "done");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeFileAtomic(
  path: string,
  data: Uint8Array | string | Iterable<Uint8Array>,
  writer: FileWriter = diskWriter,
): Promise<void> {
  const chunks = typeof data === "string"
    ? [new TextEncoder().encode(data)]
    : data instanceof Uint8Array
    ? [data]
    : data;
  return replaceFileAtomic(path, (temporaryPath) => writer.write(temporaryPath, chunks), writer);
}
