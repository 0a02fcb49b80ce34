/**
 * Files of the GGUF format: metadata, and tensors in blocks.
 *
 * @module
 */
import { GGMLQuantizationType, gguf } from "@huggingface/gguf";
import { CheckpointError, fileError, named } from "../../core/mod.ts";
import { shapeText } from "../shape_text.ts";
import { GGUF_TYPES, ggufBytes, type GgufType } from "./blocks.ts";

/** A tensor of a file. */
export interface GgufTensor {
  /** How its numbers are stored. */
  readonly type: GgufType;
  /** Shape, the slowest axis first: that of a linear layer is [outputs, inputs], as Hugging Face has it. */
  readonly shape: readonly number[];
  /** Its first byte in the file, and how many it has. */
  readonly place: { readonly start: number; readonly bytes: number };
}

/** What a file holds, without the tensors' numbers. */
export interface GgufFile {
  /** The file. */
  readonly path: string;
  /** Metadata by key; whole numbers of 64 bits are bigint. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Tensors by llama.cpp's name, such as `blk.0.attn_q.weight`. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const ENDS_EARLY = "it ends inside its header";
const REMEDY = "copy or download the file again, or name another model";

/**
 * Makes the error for a file that cannot be read as GGUF.
 *
 * @param path The file.
 * @param problem What is wrong with it, in words.
 * @param remedy What to do; to get the file again by default.
 * @returns The error to throw.
 */
export function ggufError(path: string, problem: string, remedy: string = REMEDY): CheckpointError {
  return new CheckpointError(`Cannot read ${named(path)} as a GGUF file: ${problem}`, {
    thing: path,
    remedy,
  });
}

/**
 * Reads metadata and places of tensors.
 *
 * @param path The file.
 * @returns What it holds: every tensor of a type that is read, inside the file and beside no other one.
 * @throws {CheckpointError} When it is missing, truncated or no GGUF file, has tensors of a type that is not read, or
 * tensors that overlap or lie outside.
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const size = await sizeOf(path);
  // Of a URL the package would load it, which nobody asked for.
  const parsed = await gguf(`./${path}`.replace(/^\.\/(?=\/|[A-Za-z]:[\\/])/, ""), {
    allowLocalFile: true,
  }).catch((error) => {
    if (error instanceof Deno.errors.NotCapable) throw fileError(error, path, "read");
    throw ggufError(path, error instanceof RangeError ? ENDS_EARLY : error.message);
  });
  // Behind the end of a file the package reads zeros.
  if (parsed.tensorInfoByteRange[1] > size) throw ggufError(path, ENDS_EARLY);
  if (!parsed.littleEndian) {
    throw ggufError(
      path,
      "its numbers are stored for big-endian machines",
      "convert the model again",
    );
  }
  const dataStart = Number(parsed.tensorDataOffset);
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, dtype, offset } of parsed.tensorInfos) {
    if (tensors.has(name)) throw ggufError(path, `there are two tensors ${named(name)}`);
    const type = typeOf(dtype, { name, path });
    const sizes = shape.map(Number).reverse();
    const place = {
      start: dataStart + Number(offset),
      bytes: bytesOf(type, sizes, { name, path }),
    };
    tensors.set(name, { type, shape: sizes, place });
  }
  checkPlaces(tensors, { path, size });
  return { path, metadata: { ...parsed.metadata }, tensors };
}

interface TensorName {
  readonly name: string;
  readonly path: string;
}

function typeOf(dtype: GGMLQuantizationType, { name, path }: TensorName): GgufType {
  const type = GGMLQuantizationType[dtype] as string | undefined;
  const known = GGUF_TYPES.find((one) => one === type);
  if (known !== undefined) return known;
  throw ggufError(
    path,
    `tensor ${named(name)} has type ${type ?? dtype}, supported are ${GGUF_TYPES.join(", ")}`,
    "use a file of the same model in one of these types",
  );
}

/** Blocks do not go on from one row to the next. */
function bytesOf(type: GgufType, shape: readonly number[], { name, path }: TensorName): number {
  const row = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const bytes = ggufBytes(type, row);
  if (bytes !== undefined && Number.isSafeInteger(bytes * rows)) return bytes * rows;
  throw ggufError(
    path,
    `tensor ${named(name)} of shape ${shapeText(shape)} cannot be stored as ${type}`,
  );
}

function checkPlaces(
  tensors: ReadonlyMap<string, GgufTensor>,
  { path, size }: { readonly path: string; readonly size: number },
): void {
  let end = 0;
  const sorted = [...tensors].sort(([, a], [, b]) => a.place.start - b.place.start);
  for (const [name, { place: { start, bytes } }] of sorted) {
    if (start < end) throw ggufError(path, `tensor ${named(name)} overlaps the one before it`);
    end = start + bytes;
    if (end > size) {
      throw ggufError(
        path,
        `it is truncated, tensor ${named(name)} needs ${end} bytes and ${size} are there`,
      );
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  const info = await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) {
      throw ggufError(path, "there is no such file", "check the path for spelling");
    }
    throw fileError(error, path, "read");
  });
  if (!info.isFile) throw ggufError(path, "it is a folder", "name the file inside it");
  return info.size;
}

/**
 * Reads tensors, one after the other, so that no more than one is there in both forms.
 *
 * @param file The file.
 * @param names The tensors.
 * @param use Takes the bytes of one, row by row.
 * @returns When all are read.
 * @throws {CheckpointError} When there is no such tensor, or the file was cut since it was opened.
 */
export async function readGguf(
  { path, tensors }: GgufFile,
  names: Iterable<string>,
  use: (name: string, tensor: GgufTensor, bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const file = await Deno.open(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  try {
    for (const name of names) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw ggufError(path, `it has no tensor ${named(name)}`);
      const { start, bytes } = tensor.place;
      await file.seek(start, Deno.SeekMode.Start);
      const raw = new Uint8Array(bytes);
      for (let done = 0; done < bytes;) {
        const count = await file.read(raw.subarray(done));
        if (count === null) throw ggufError(path, `it ends inside tensor ${named(name)}`);
        done += count;
      }
      use(name, tensor, raw);
    }
  } finally {
    file.close();
  }
}
