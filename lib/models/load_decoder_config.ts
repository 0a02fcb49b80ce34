import { CheckpointError, readTextWithin } from "../core/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { decoderConfigFromHf } from "./hf_config.ts";

/** Most bytes of a `config.json`. */
const MAX_BYTES = 2 ** 20;
/** More layers than any model has; what is predicted of a model goes through all of them. */
const MAX_LAYERS = 10_000;

/**
 * Reads the sizes of a saved decoder without its weights.
 *
 * @param folder Folder with `config.json`.
 * @returns The configuration.
 * @throws {CheckpointError} When the file is missing, no JSON, or of another kind of model.
 */
export async function loadDecoderConfig(folder: string): Promise<DecoderConfig> {
  const path = `${folder}/config.json`;
  const refuse = (reason: string, remedy: string, cause?: unknown): never => {
    throw new CheckpointError(`Cannot load ${path}${reason}`, { thing: path, remedy, cause });
  };
  const text = await readTextWithin(path, MAX_BYTES).catch((error) => {
    if (!(error.cause instanceof Deno.errors.NotFound)) throw error;
    return refuse(
      " as it must exist: there is no such file",
      "check the path for spelling; a checkpoint is a folder",
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    refuse(
      ` as it must be JSON: ${(error as Error).message}`,
      "copy or save the checkpoint again",
      error,
    );
  }
  try {
    const config = decoderConfigFromHf(json);
    if (config.numHiddenLayers <= MAX_LAYERS) return config;
    throw new RangeError(
      `num_hidden_layers must be at most ${MAX_LAYERS}: got ${config.numHiddenLayers}`,
    );
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return refuse(
      `: ${error.message}`,
      "name a folder with a checkpoint of a supported model",
      error,
    );
  }
}
