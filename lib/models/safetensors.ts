/**
 * Reading files of the safetensors format: an 8-byte header length, a JSON header, the numbers of named tensors.
 *
 * @module
 */
import { Digester, type FileDigest } from "../core/digest.ts";
import { fileError } from "../core/file_error.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half_floats.ts";
import {
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  parseSafetensorsHeader,
  type SafetensorsDtype,
  type SafetensorsEntry,
  safetensorsError,
} from "./safetensors_header.ts";
import type { TensorValues } from "./variables.ts";

/** A tensor as it was stored, its numbers widened to float32 or narrowed to int32. */
export interface LoadedTensor extends TensorValues {
  /** Type in the file. */
  readonly dtype: SafetensorsDtype;
}

/** A tensor as it stands in the file. */
export interface RawTensor {
  /** The file. */
  readonly path: string;
  /** Its name. */
  readonly name: string;
  /** Type in the file. */
  readonly dtype: SafetensorsDtype;
  /** Shape. */
  readonly shape: readonly number[];
  /** Its numbers, row by row. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Decodes them. */
  readonly values: () => Float32Array | Int32Array;
}

/** Content of a safetensors file. */
export interface LoadedSafetensors<T = LoadedTensor> {
  /** Tensors by name, in the order of the file. */
  readonly tensors: Map<string, T>;
  /** Free text by key. */
  readonly metadata: Record<string, string>;
  /** Size and hash of the bytes that were read; undefined unless they were asked for. */
  readonly digest: FileDigest | undefined;
}

/** Options of {@linkcode loadSafetensors}. */
export interface LoadSafetensorsOptions {
  /** Whether to hash what is read, to compare it with a manifest. Default false. */
  readonly takesDigest?: boolean;
  /** Called with what the header lists, before any value is read; throws to refuse. */
  readonly checkShapes?: (shapes: TensorShapes) => void;
}

/** Shapes of tensors by name. */
export type TensorShapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/**
 * Reads all tensors of a file.
 *
 * @param path The file; F32, F16, BF16, I32 and I64 tensors are read.
 * @param options Whether to take the digest on the way, and what to refuse by the shapes.
 * @returns Values by name: float32 for floating-point tensors, int32 for integers; and the metadata.
 * @throws {CheckpointError} When the file is missing, truncated, malformed or no safetensors file, or
 * holds other types; the message names the file, what is wrong and what to do.
 */
export async function loadSafetensors(
  path: string,
  options: LoadSafetensorsOptions = {},
): Promise<LoadedSafetensors> {
  return await readSafetensors(path, {
    ...options,
    use: loadedTensor,
  });
}

/**
 * A tensor with its values.
 *
 * @param tensor As it stands in the file.
 * @returns Its values as float32 or int32.
 */
export function loadedTensor({ dtype, shape, values }: RawTensor): LoadedTensor {
  return { dtype, shape, values: values() };
}

/**
 * Reads all tensors of a file, one after the other, and keeps what is made of each.
 *
 * @param path As for {@linkcode loadSafetensors}.
 * @param options What to refuse by the shapes, and `use`, which takes a tensor and returns what to keep.
 * @returns What was kept, by name.
 * @throws {CheckpointError} As {@linkcode loadSafetensors} does.
 */
export async function readSafetensors<T>(
  path: string,
  { takesDigest = false, checkShapes, use }: LoadSafetensorsOptions & {
    readonly use: (tensor: RawTensor) => T;
  },
): Promise<LoadedSafetensors<T>> {
  return await withFile(path, async (read, fileBytes) => {
    const digester = takesDigest ? new Digester() : undefined;
    const header = await readHeader(read, { path, fileBytes, digester });
    checkShapes?.(header.entries);
    const used = new Map<string, T>();
    // In the order of their bytes, which need not be that of their names, so that the hash is the file's.
    const byOffset = [...header.entries].sort(([, a], [, b]) => a.offsets[0] - b.offsets[0]);
    for (const [name, entry] of byOffset) {
      const [begin, end] = entry.offsets;
      const bytes = await read(header.dataStart + begin, end - begin);
      if (!bytes) throw safetensorsError(path, `it ends inside tensor ${name}`);
      digester?.add(bytes);
      const { dtype, shape } = entry;
      const values = () => decodeValues(bytes, entry, { name, path });
      used.set(name, use({ path, name, dtype, shape, bytes, values }));
    }
    const tensors = new Map([...header.entries.keys()].map((name) => [name, used.get(name)!]));
    return { tensors, metadata: header.metadata, digest: digester?.finish() };
  });
}

/**
 * Reads which tensors a file holds, without their values.
 *
 * @param path The file.
 * @returns Shapes by name.
 * @throws {CheckpointError} As {@linkcode loadSafetensors} does for what stands in the header.
 */
export async function loadSafetensorsShapes(path: string): Promise<TensorShapes> {
  return await withFile(path, async (read, fileBytes) => {
    return (await readHeader(read, { path, fileBytes, digester: undefined })).entries;
  });
}

/** Opens a file and closes it again. */
async function withFile<R>(
  path: string,
  use: (read: Read, fileBytes: number) => Promise<R>,
): Promise<R> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw safetensorsError(path, "there is no such file", "check the path for spelling");
    }
    throw fileError(error, path, "read");
  }
  try {
    const { size, isFile } = await file.stat();
    const read: Read = (position, length) =>
      readAt(file, position, length).catch((error) => {
        throw fileError(error, path, "read");
      });
    if (!isFile) throw safetensorsError(path, "it is a folder", "name the file inside it");
    return await use(read, size);
  } finally {
    file.close();
  }
}

/** A file that is being read. */
interface Reading {
  readonly path: string;
  readonly fileBytes: number;
  readonly digester: Digester | undefined;
}

/** The bytes at a place of the file, or undefined when it ends before. */
type Read = (position: number, length: number) => Promise<Uint8Array<ArrayBuffer> | undefined>;

async function readHeader(read: Read, { path, fileBytes, digester }: Reading) {
  const lengthBytes = await read(0, LENGTH_BYTES);
  if (!lengthBytes) throw safetensorsError(path, `it is truncated, it has only ${fileBytes} bytes`);
  const length = Number(new DataView(lengthBytes.buffer).getBigUint64(0, true));
  const rest = fileBytes - LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES || length < 2) {
    throw safetensorsError(path, `it is of another format, its header would have ${length} bytes`);
  }
  if (length > rest) {
    throw safetensorsError(
      path,
      `it is truncated, its header has ${length} bytes and ${rest} are there`,
    );
  }
  const bytes = await read(LENGTH_BYTES, length);
  if (!bytes) throw safetensorsError(path, "it ends inside its header");
  digester?.add(lengthBytes);
  digester?.add(bytes);
  const header = parseSafetensorsHeader(bytes, { path, dataBytes: rest - length });
  return { ...header, dataStart: LENGTH_BYTES + length };
}

async function readAt(
  file: Deno.FsFile,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  await file.seek(position, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const count = await file.read(bytes.subarray(done));
    if (count === null) return undefined;
    done += count;
  }
  return bytes;
}

function decodeValues(
  bytes: Uint8Array<ArrayBuffer>,
  { dtype }: SafetensorsEntry,
  place: { readonly name: string; readonly path: string },
): Float32Array | Int32Array {
  switch (dtype) {
    case "F32":
      return new Float32Array(bytes.buffer);
    case "F16":
      return float16ToFloat32(new Uint16Array(bytes.buffer));
    case "BF16":
      return bfloat16ToFloat32(new Uint16Array(bytes.buffer));
    case "I32":
      return new Int32Array(bytes.buffer);
    case "I64":
      return Int32Array.from(new BigInt64Array(bytes.buffer), (value) => {
        if (BigInt.asIntN(32, value) === value) return Number(value);
        throw safetensorsError(place.path, `tensor ${place.name} holds ${value}, beyond 32 bits`);
      });
  }
}
