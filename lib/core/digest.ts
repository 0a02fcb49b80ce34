import { createHash } from "node:crypto";

/** What tells a file from every other one. */
export interface FileDigest {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of its bytes, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Takes the digest of bytes as they come, so that what is read or written once is hashed on the way. */
export class Digester {
  // Not crypto.subtle: that takes all bytes at once, copies them, and is half as fast.
  readonly #hash = createHash("sha256");
  #size = 0;

  /**
   * Adds the next bytes.
   *
   * @param bytes They may be overwritten afterwards.
   */
  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  /**
   * The digest of everything that was added; nothing can be added afterwards.
   *
   * @returns Size and hash.
   */
  finish(): FileDigest {
    return { size: this.#size, sha256: this.#hash.digest("hex") };
  }
}

/**
 * The digest of a file's content.
 *
 * @param data Text (UTF-8), bytes, or chunks of bytes that follow each other.
 * @returns Size and hash.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digestOf } from "./digest.ts";
 *
 * const { size, sha256 } = digestOf("abc");
 * assertEquals([size, sha256.slice(0, 8)], [3, "ba7816bf"]);
 * ```
 */
export function digestOf(data: Uint8Array | string | Iterable<Uint8Array>): FileDigest {
  const digester = new Digester();
  const chunks = typeof data === "string"
    ? [new TextEncoder().encode(data)]
    : data instanceof Uint8Array
    ? [data]
    : data;
  for (const chunk of chunks) digester.add(chunk);
  return digester.finish();
}
