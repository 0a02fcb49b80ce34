/**
 * What weights take, counted from sizes and files alone.
 *
 * @module
 */
import { fileError } from "../core/file_error.ts";
import { packedRowBytes } from "../device/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import type { BaseDtype } from "./base_dtype.ts";
import { roundedFormat } from "./stored_weight.ts";
import { decoderWeightShapes } from "./weight_names.ts";

/**
 * Memory of the weights of a decoder.
 *
 * @param config Its sizes.
 * @param dtype What its matrices are kept in.
 * @returns Bytes.
 */
export function matrixBytes(config: DecoderConfig, dtype: Exclude<BaseDtype, "auto">): number {
  let bytes = 0;
  for (const [name, [rows, width]] of decoderWeightShapes(config)) {
    if (width === undefined || dtype === "float32") bytes += 4 * rows! * (width ?? 1);
    else bytes += rows! * packedRowBytes(roundedFormat(name, dtype), width)!;
  }
  return bytes;
}

/**
 * Size of a model's weights as they are stored.
 *
 * @param path A folder of Hugging Face's layout, or a file.
 * @returns Bytes: of the file, or of all `.safetensors` files of the folder.
 * @throws {CheckpointError} When it cannot be read.
 */
export async function modelFileBytes(path: string): Promise<number> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (isFile) return size;
    let bytes = 0;
    for await (const { name } of Deno.readDir(path)) {
      if (name.endsWith(".safetensors")) bytes += (await Deno.stat(`${path}/${name}`)).size;
    }
    return bytes;
  } catch (error) {
    throw fileError(error, path, "read");
  }
}
