/**
 * Adapters in folders of PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { checkWeights } from "./checkpoint.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { LoraAdapter, type LoraOptions, loraWeightShapes } from "./lora_adapter.ts";
import { loraOptionsFromPeft } from "./peft_settings.ts";
import { saveSafetensors } from "./save_safetensors.ts";
import { jsonFile, SavedFolder, saveFolder } from "./saved_folder.ts";

const CONFIG_FILE = "adapter_config.json";
const WEIGHTS_FILE = "adapter_model.safetensors";

/**
 * Saves an adapter as PEFT would, with a `manifest.json`. Until all is written, the folder holds what
 * it held before.
 *
 * @param folder Folder to write to; made when missing.
 * @param adapter The adapter.
 * @throws {RunError} When the disk is full or refuses.
 */
export async function saveAdapter(folder: string, adapter: LoraAdapter): Promise<void> {
  const weights = {
    name: WEIGHTS_FILE,
    write: (path: string) => saveSafetensors(path, adapter.weights, { format: "pt" }),
  };
  const config = jsonFile(CONFIG_FILE, {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: null,
    r: adapter.r,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    bias: "none",
    target_modules: adapter.targetModules,
  });
  await saveFolder(folder, [weights, config], { kind: "adapter" });
}

/**
 * Loads an adapter.
 *
 * @param folder Folder with `adapter_config.json` and `adapter_model.safetensors`, perhaps with a
 * `manifest.json`.
 * @param config Sizes of the decoder to adapt.
 * @param options The name the adapter is given.
 * @returns The adapter; the caller disposes it.
 * @throws {CheckpointError} When a file is missing, truncated, foreign or not what the manifest lists,
 * the adapter is of another kind, or does not fit the decoder.
 */
export async function loadAdapter(
  folder: string,
  config: DecoderConfig,
  options: { readonly name: string },
): Promise<LoraAdapter> {
  const saved = await SavedFolder.open(folder);
  const configPath = `${folder}/${CONFIG_FILE}`;
  const json = await saved.json(CONFIG_FILE);
  let lora: LoraOptions;
  let shapes: Map<string, [number, number]>;
  try {
    lora = { ...loraOptionsFromPeft(json), ...options };
    shapes = loraWeightShapes(config, lora);
  } catch (error) {
    throw refuse(configPath, (error as Error).message);
  }
  const tensors = await saved.tensors(
    WEIGHTS_FILE,
    (all) => checkWeights(`${folder}/${WEIGHTS_FILE}`, shapes, all),
  );
  return LoraAdapter.fromValues(config, lora, tensors);
}

function refuse(path: string, problem: string): CheckpointError {
  return new CheckpointError(`Cannot load ${path} as a LoRA adapter of this decoder: ${problem}`, {
    thing: path,
    remedy: "name a folder with a plain LoRA adapter that was made for this decoder",
  });
}
