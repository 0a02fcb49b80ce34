import { ConfigError } from "./errors.ts";
import { fileError } from "./file_error.ts";
import { named } from "./printable.ts";
import { parseYaml } from "./yaml.ts";

/** Most bytes of a configuration file; the longest of this repository has three thousand. */
const MAX_YAML_BYTES = 2 ** 20;

/**
 * Reads a text file that a person or a run wrote, and refuses one that is none by its size alone.
 *
 * @param path The file.
 * @param maxBytes Most bytes that such a file can have.
 * @returns Its text.
 * @throws {ConfigError} If it is larger.
 * @throws {RunError} If it cannot be read.
 */
export async function readTextWithin(path: string | URL, maxBytes: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    using file = await Deno.open(path);
    // One byte more than allowed tells; a pipe does not know its size.
    while (size <= maxBytes) {
      const chunk = new Uint8Array(Math.min(1 << 16, maxBytes + 1 - size));
      const count = await file.read(chunk);
      if (count === null) break;
      chunks.push(chunk.subarray(0, count));
      size += count;
    }
  } catch (error) {
    throw fileError(error, String(path), "read");
  }
  if (size <= maxBytes) return await new Blob(chunks).text();
  throw new ConfigError(
    `Cannot read ${named(String(path))} as such a file has at most ${maxBytes} bytes: it has more`,
    { thing: String(path) },
  );
}

/**
 * Reads a YAML file, as {@linkcode parseYaml} does.
 *
 * @param path The file.
 * @returns Its value.
 * @throws {ConfigError} If it is too large or no YAML.
 * @throws {RunError} If it cannot be read.
 */
export async function readYaml(path: string | URL): Promise<unknown> {
  return parseYaml(await readTextWithin(path, MAX_YAML_BYTES), named(String(path)));
}

/**
 * Whether {@linkcode readYaml} reads a text, for one that is to be written: not if it is too long.
 *
 * @param text The text of the file.
 * @returns True if it does.
 */
export function isReadableYaml(text: string): boolean {
  if (new TextEncoder().encode(text).length > MAX_YAML_BYTES) return false;
  try {
    parseYaml(text, "");
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
