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
  async rename(from, to) {
    await Deno.rename(from, to);
    // The new name survives a power cut only once the folder is flushed; Windows cannot open folders.
    const folder = await Deno.open(dirname(to)).catch(() => undefined);
    await folder?.sync().catch(() => {});
    folder?.close();
  },
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
