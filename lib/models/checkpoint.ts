/**
 * Decoders in folders of Hugging Face's layout: `config.json` and `model.safetensors`.
 *
 * @module
 */
import { writeFileAtomic } from "../core/atomic_file.ts";
import { CheckpointError } from "../core/errors.ts";
import { fileError } from "../core/file_error.ts";
import { parseJson } from "../core/parse_json.ts";
import { Decoder } from "./decoder.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { decoderConfigFromHf, decoderConfigToHf } from "./hf_config.ts";
import { loadSafetensors, saveSafetensors } from "./safetensors.ts";
import { compareWeights, describeMismatch, type TensorValues } from "./variables.ts";
import { decoderWeightShapes } from "./weight_names.ts";

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = "model.safetensors";
/** Tables that old checkpoints carry and the decoder computes. */
const COMPUTED = /\.rotary_emb\.inv_freq$/;

/**
 * Saves a decoder as Hugging Face's `LlamaForCausalLM` would be: float32, files written in one step each.
 *
 * @param folder Folder to write to; made when missing.
 * @param decoder The decoder.
 * @throws {RunError} When the disk is full or refuses.
 */
export async function saveDecoder(folder: string, decoder: Decoder): Promise<void> {
  await makeFolder(folder);
  await saveSafetensors(`${folder}/${WEIGHTS_FILE}`, decoder.weights, { format: "pt" });
  await writeJson(`${folder}/${CONFIG_FILE}`, decoderConfigToHf(decoder.config));
}

/**
 * Loads a decoder.
 *
 * @param folder Folder with `config.json` and `model.safetensors`.
 * @returns The decoder in float32; the caller disposes it.
 * @throws {CheckpointError} When a file is missing, truncated or foreign, the model is of another
 * kind, or weights are missing, unexpected or misshaped; names the file, what is wrong and what to do.
 */
export async function loadDecoder(folder: string): Promise<Decoder> {
  const configPath = `${folder}/${CONFIG_FILE}`;
  let config: DecoderConfig;
  try {
    config = decoderConfigFromHf(await readJson(configPath));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new CheckpointError(`Cannot load ${configPath}: ${error.message}`, {
      thing: configPath,
      remedy: "name a folder with a checkpoint of a supported model",
      cause: error,
    });
  }
  const weightsPath = `${folder}/${WEIGHTS_FILE}`;
  const { tensors } = await loadSafetensors(weightsPath);
  for (const name of tensors.keys()) {
    // Some tied checkpoints store the shared table under both names.
    const isCopy = name === "lm_head.weight" && config.tieWordEmbeddings;
    if (isCopy || COMPUTED.test(name)) tensors.delete(name);
  }
  checkWeights(weightsPath, decoderWeightShapes(config), tensors);
  return Decoder.fromValues(config, tensors);
}

/**
 * Refuses a file whose tensors are not exactly the wanted ones.
 *
 * @param path The file, for the message.
 * @param wanted Shapes by name.
 * @param tensors What the file holds.
 * @throws {CheckpointError} Naming missing, unexpected and misshaped tensors.
 */
export function checkWeights(
  path: string,
  wanted: ReadonlyMap<string, readonly number[]>,
  tensors: ReadonlyMap<string, TensorValues>,
): void {
  const mismatch = describeMismatch(compareWeights(wanted, tensors));
  if (mismatch === undefined) return;
  throw new CheckpointError(
    `Cannot load ${path} as its tensors must be those of its configuration: ${mismatch}`,
    { thing: path, remedy: "use the configuration that the weights were saved with" },
  );
}

/**
 * Makes a folder and those above it.
 *
 * @param folder The folder; may exist.
 * @throws {RunError} When it cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, folder, "create");
  }
}

/**
 * Writes an object as indented JSON, in one step.
 *
 * @param path The file to make or replace.
 * @param value Plain JSON.
 */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads a JSON file of a checkpoint.
 *
 * @param path The file.
 * @returns The parsed content.
 * @throws {CheckpointError} When it is missing or no JSON.
 */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "read");
    throw new CheckpointError(`Cannot load ${path} as it must exist: there is no such file`, {
      thing: path,
      remedy: "check the path for spelling; a checkpoint is a folder",
    });
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new CheckpointError(
      `Cannot load ${path} as it must be JSON: ${error instanceof Error ? error.message : error}`,
      { thing: path, remedy: "copy or save the checkpoint again", cause: error },
    );
  }
}
