/**
 * Writing files of the safetensors format.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { digestOf, type FileDigest } from "../core/digest.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES } from "./safetensors_header.ts";

/**
 * Writes tensors to a file in one step: after a crash the old file or the new one is there.
 *
 * @param path The file to make or replace; its folder must exist.
 * @param tensors Float32 and int32 tensors of any shape, by name.
 * @param metadata Free text by key, kept in the header.
 * @returns Size and hash of what was written, for a manifest.
 * @throws {TypeError} When a tensor is neither float32 nor int32, or a name is `__metadata__`.
 * @throws {RangeError} When names and metadata are too long for the format.
 * @throws {RunError} When the disk is full or refuses; an existing file is untouched then.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { startDevice } from "../device/mod.ts";
 * import { loadSafetensors } from "./safetensors.ts";
 * import { saveSafetensors } from "./save_safetensors.ts";
 *
 * await startDevice("cpu");
 * const folder = await Deno.makeTempDir();
 * await saveSafetensors(`${folder}/head.safetensors`, new Map([["weight", tf.tensor1d([1, 2])]]));
 * const { tensors } = await loadSafetensors(`${folder}/head.safetensors`);
 * assertEquals([...tensors.get("weight")!.values], [1, 2]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveSafetensors(
  path: string,
  tensors: ReadonlyMap<string, tf.Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<FileDigest> {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header["__metadata__"] = metadata;
  let end = 0;
  for (const [name, { dtype, shape, size }] of tensors) {
    if ((dtype !== "float32" && dtype !== "int32") || name === "__metadata__") {
      throw new TypeError(
        `Cannot save tensors as safetensors as they must be float32 or int32 and not be called __metadata__: ` +
          `got ${dtype} for ${name}`,
      );
    }
    const begin = end;
    end += size * 4;
    header[name] = {
      dtype: dtype === "float32" ? "F32" : "I32",
      shape,
      data_offsets: [begin, end],
    };
  }
  // Started together, so that all tensors are read at the same point of the program.
  const values = await Promise.all([...tensors.values()].map((tensor) => tensor.data()));
  const chunks = values.map((array) =>
    new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
  );
  const bytes = [encodeHeader(header), ...chunks];
  await writeFileAtomic(path, bytes);
  return digestOf(bytes);
}

/** Header length and header, padded with spaces so that the numbers are aligned to 8 bytes. */
function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  if (json.length > MAX_HEADER_BYTES) {
    throw new RangeError(
      `Cannot write safetensors as a header must have at most ${MAX_HEADER_BYTES} bytes ` +
        `to be read again: it has ${json.length}`,
    );
  }
  const length = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20, LENGTH_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}
