import { Digester, type FileDigest, fileError } from "../core/mod.ts";

/**
 * Size and SHA-256 of a file that may be larger than memory.
 *
 * @param path The file.
 * @returns Its digest.
 * @throws {RunError} If it cannot be read.
 */
export async function fileDigest(path: string): Promise<FileDigest> {
  const digester = new Digester();
  const chunk = new Uint8Array(1 << 18);
  try {
    using file = await Deno.open(path);
    for (;;) {
      const count = await file.read(chunk);
      if (count === null) return digester.finish();
      digester.add(chunk.subarray(0, count));
    }
  } catch (error) {
    throw fileError(error, path, "read");
  }
}
