/**
 * Decoders from folders and files.
 *
 * @module
 */
import { folderSource } from "./checkpoint.ts";
import type { Decoder } from "./decoder.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { ggufSource } from "./gguf/source.ts";
import type { ModelSource } from "./model_source.ts";

/**
 * Finds out what holds a model.
 *
 * @param path A folder of Hugging Face's layout, or a GGUF file, whose name ends in `.gguf`.
 * @returns Where its parts are read.
 * @throws {CheckpointError} When it cannot be opened, or is not what its manifest lists.
 */
export function openModel(path: string): Promise<ModelSource> {
  return /\.gguf$/i.test(path) ? ggufSource(path) : folderSource(path);
}

/**
 * Reads the sizes of a decoder without its weights.
 *
 * @param path A folder with `config.json`, perhaps with a `manifest.json`, or a GGUF file.
 * @returns The configuration.
 * @throws {CheckpointError} When the file is missing, malformed, not what the manifest lists, or of another
 * kind of model.
 */
export async function loadDecoderConfig(path: string): Promise<DecoderConfig> {
  return await (await openModel(path)).config();
}

/**
 * Loads a decoder.
 *
 * @param path A folder with `config.json` and `model.safetensors`, or several such files with a
 * `model.safetensors.index.json`, perhaps with a `manifest.json`; or a GGUF file.
 * @returns The decoder in float32; the caller disposes it.
 * @throws {CheckpointError} When a file is missing, truncated, foreign or not what the manifest lists,
 * the model is of another kind, or weights are missing, unexpected or misshaped; names the file, what
 * is wrong and what to do.
 */
export async function loadDecoder(path: string): Promise<Decoder> {
  return await (await openModel(path)).decoder();
}
