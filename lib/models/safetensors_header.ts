/**
 * The header of a safetensors file: a JSON object that names, types and places every tensor.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { parseJson } from "../core/parse_json.ts";
import { named } from "../core/printable.ts";
import { shapeText } from "./shape_text.ts";

/** Bytes of a file before its header, which say how long that is. */
export const LENGTH_BYTES = 8;
/** The format's own limit on headers; a larger number means that the file is something else. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Name of a type of number in a safetensors file, of those that are read. */
export type SafetensorsDtype = "F32" | "F16" | "BF16" | "I32" | "I64";

/** Bytes per number. */
const DTYPE_BYTES: Readonly<Record<SafetensorsDtype, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  I32: 4,
  I64: 8,
};

/** One tensor's entry. */
export interface SafetensorsEntry {
  /** Type of the stored numbers. */
  readonly dtype: SafetensorsDtype;
  /** Shape. */
  readonly shape: number[];
  /** First byte and byte after the last, counted from the end of the header. */
  readonly offsets: readonly [begin: number, end: number];
}

/** A checked header. */
export interface SafetensorsHeader {
  /** Entries by tensor name, in the order of the file. */
  readonly entries: Map<string, SafetensorsEntry>;
  /** Free text by key. */
  readonly metadata: Record<string, string>;
}

const REMEDY = "copy or save the file again, or name another checkpoint";

/**
 * Makes the error for a file that cannot be read as safetensors.
 *
 * @param path The file.
 * @param problem What is wrong with it, in words.
 * @param remedy What to do; to get the file again by default.
 * @returns The error to throw.
 */
export function safetensorsError(
  path: string,
  problem: string,
  remedy: string = REMEDY,
): CheckpointError {
  return new CheckpointError(`Cannot read ${path} as a safetensors file: ${problem}`, {
    thing: path,
    remedy,
  });
}

/**
 * Reads and checks a header: names that stand once, known types, sizes that match shapes, and data
 * that neither overlaps, nor leaves gaps, nor ends before or after the file.
 *
 * @param bytes UTF-8 JSON, may end in spaces.
 * @param file The file's path for messages and its number of bytes behind the header.
 * @returns Entries and metadata.
 * @throws {CheckpointError} When the header is malformed or does not fit the file.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  file: { readonly path: string; readonly dataBytes: number },
): SafetensorsHeader {
  const { path, dataBytes } = file;
  let json: unknown;
  try {
    json = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw safetensorsError(path, `its header is not JSON: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw safetensorsError(path, "its header is not a JSON object");
  }
  const { __metadata__: metadata = {}, ...tensors } = json as Record<string, unknown>;
  if (!isTextRecord(metadata)) {
    throw safetensorsError(path, "its __metadata__ must map text to text");
  }
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, entry] of Object.entries(tensors)) {
    entries.set(name, parseEntry(name, entry, path));
  }
  checkLayout(entries, path, dataBytes);
  return { entries, metadata };
}

function parseEntry(name: string, json: unknown, path: string): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (json ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw safetensorsError(path, `tensor ${named(name)} lacks a dtype, shape or data_offsets`);
  }
  if (!Object.hasOwn(DTYPE_BYTES, dtype)) {
    const supported = Object.keys(DTYPE_BYTES).join(", ");
    throw safetensorsError(
      path,
      `tensor ${named(name)} has dtype ${named(dtype)}, supported are ${supported}`,
      "convert the checkpoint to one of these types",
    );
  }
  const known = dtype as SafetensorsDtype;
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, size) => product * size, DTYPE_BYTES[known]);
  if (end - begin !== bytes) {
    throw safetensorsError(
      path,
      `tensor ${named(name)} of shape ${
        shapeText(shape)
      } and dtype ${dtype} needs ${bytes} bytes, ` +
        `its data_offsets hold ${end - begin}`,
    );
  }
  return { dtype: known, shape, offsets: [begin, end] };
}

function checkLayout(
  entries: ReadonlyMap<string, SafetensorsEntry>,
  path: string,
  dataBytes: number,
): void {
  const sorted = [...entries].sort(([, a], [, b]) =>
    a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1]
  );
  let end = 0;
  for (const [name, { offsets }] of sorted) {
    if (offsets[0] < end) {
      throw safetensorsError(path, `tensor ${named(name)} overlaps the one before it`);
    }
    if (offsets[0] > end) {
      throw safetensorsError(
        path,
        `there is a gap of ${offsets[0] - end} bytes before ${named(name)}`,
      );
    }
    end = offsets[1];
  }
  if (end > dataBytes) {
    throw safetensorsError(
      path,
      `it is truncated, its tensors need ${end} bytes and ${dataBytes} are there`,
    );
  }
  if (end < dataBytes) {
    throw safetensorsError(path, `${dataBytes - end} bytes follow its last tensor`);
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string");
}
