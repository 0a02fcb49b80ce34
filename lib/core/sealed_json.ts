import { isMapping, type Mapping } from "./config_schema.ts";
import { digestOf } from "./digest.ts";
import { parseJson } from "./parse_json.ts";

/**
 * JSON that depends on the value alone: keys sorted, no spaces, nothing undefined.
 *
 * @param value Plain JSON.
 * @returns The text.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  }
  // JSON has no infinity, but reads 1e999 as one: it must not count as the null that it would be written as.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (!isMapping(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort().filter((key) => value[key] !== undefined);
  return `{${
    entries.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(",")
  }}`;
}

/**
 * JSON that carries a hash of itself, so that {@linkcode openSealedJson} notices every change that is
 * not of spaces alone.
 *
 * @param value An object of plain JSON; a `sha256` that it has already is replaced.
 * @returns The text of the file.
 */
export function sealJson(value: object): string {
  const content = JSON.parse(JSON.stringify(value)) as Mapping;
  return JSON.stringify({ ...content, sha256: sealOf(content) }, null, 2) + "\n";
}

/**
 * Reads what {@linkcode sealJson} wrote.
 *
 * @param text The text of the file.
 * @returns The object, without its hash.
 * @throws {SyntaxError} If it is no JSON, no object, names a key twice, has no hash or another content; says which.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { openSealedJson, sealJson } from "./sealed_json.ts";
 *
 * const text = sealJson({ seed: 1 });
 * assertEquals(openSealedJson(text), { seed: 1 });
 * assertThrows(() => openSealedJson(text.replace("1", "2")), SyntaxError, "was changed");
 * ```
 */
export function openSealedJson(text: string): Mapping {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new SyntaxError(`it must be JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isMapping(value)) throw new SyntaxError("it is no JSON object");
  const { sha256, ...content } = value;
  if (typeof sha256 !== "string") throw new SyntaxError("it has no sha256");
  if (sha256 !== sealOf(content)) {
    throw new SyntaxError("it was changed after it was written, its sha256 is another");
  }
  return content;
}

function sealOf({ sha256: _, ...content }: Mapping): string {
  return digestOf(canonicalJson(content)).sha256;
}
