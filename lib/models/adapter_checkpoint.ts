/**
 * Adapters in folders of PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { checkWeights, makeFolder, readJson, writeJson } from "./checkpoint.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { LoraAdapter, type LoraOptions, loraWeightShapes } from "./lora_adapter.ts";
import { loraOptionsFromPeft } from "./peft_settings.ts";
import { loadSafetensors, saveSafetensors } from "./safetensors.ts";

const CONFIG_FILE = "adapter_config.json";
const WEIGHTS_FILE = "adapter_model.safetensors";

/**
 * Saves an adapter as PEFT would.
 *
 * @param folder Folder to write to; made when missing.
 * @param adapter The adapter.
 * @throws {RunError} When the disk is full or refuses.
 */
export async function saveAdapter(folder: string, adapter: LoraAdapter): Promise<void> {
  await makeFolder(folder);
  await saveSafetensors(`${folder}/${WEIGHTS_FILE}`, adapter.weights, { format: "pt" });
  await writeJson(`${folder}/${CONFIG_FILE}`, {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: null,
    r: adapter.r,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    bias: "none",
    target_modules: adapter.targetModules,
  });
}

/**
 * Loads an adapter.
 *
 * @param folder Folder with `adapter_config.json` and `adapter_model.safetensors`.
 * @param config Sizes of the decoder to adapt.
 * @param options The name the adapter is given.
 * @returns The adapter; the caller disposes it.
 * @throws {CheckpointError} When a file is missing, truncated or foreign, the adapter is of another
 * kind, or does not fit the decoder.
 */
export async function loadAdapter(
  folder: string,
  config: DecoderConfig,
  options: { readonly name: string },
): Promise<LoraAdapter> {
  const configPath = `${folder}/${CONFIG_FILE}`;
  const json = await readJson(configPath);
  let lora: LoraOptions;
  let shapes: Map<string, [number, number]>;
  try {
    lora = { ...loraOptionsFromPeft(json), ...options };
    shapes = loraWeightShapes(config, lora);
  } catch (error) {
    throw refuse(configPath, (error as Error).message);
  }
  const weightsPath = `${folder}/${WEIGHTS_FILE}`;
  const { tensors } = await loadSafetensors(weightsPath);
  checkWeights(weightsPath, shapes, tensors);
  return LoraAdapter.fromValues(config, lora, tensors);
}

function refuse(path: string, problem: string): CheckpointError {
  return new CheckpointError(`Cannot load ${path} as a LoRA adapter of this decoder: ${problem}`, {
    thing: path,
    remedy: "name a folder with a plain LoRA adapter that was made for this decoder",
  });
}
