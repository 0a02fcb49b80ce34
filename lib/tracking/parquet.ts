import { Buffer } from "node:buffer";
import pl from "nodejs-polars";
import { RunError } from "../core/mod.ts";
import type { DataFrame } from "./frame.ts";

/** Type that polars lacks: without a path it gives the bytes. */
type ToParquet = (options: { compression: "zstd" }) => Uint8Array;

/**
 * A frame as a Parquet file.
 *
 * @param frame The frame.
 * @returns The file's bytes.
 */
export function parquetBytes(frame: DataFrame): Uint8Array {
  return (frame.writeParquet as ToParquet)({ compression: "zstd" });
}

/** Where bytes are from, for the error. */
export interface ParquetSource {
  /** The file. */
  readonly path: string;
  /** What to do when it is none. */
  readonly remedy: string;
}

/**
 * Reads the bytes of a Parquet file.
 *
 * @param bytes The bytes.
 * @param source Where they are from.
 * @returns The frame.
 * @throws {RunError} If they are truncated or something else.
 */
export function frameFromParquet(
  bytes: Uint8Array<ArrayBuffer>,
  { path, remedy }: ParquetSource,
): DataFrame {
  try {
    return pl.readParquet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw new RunError(`Cannot read ${path} as it must be a whole Parquet file: ${cause}`, {
      thing: path,
      remedy,
      cause,
    });
  }
}
