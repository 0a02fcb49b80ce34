/**
 * Adapters in folders of PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { checkWeights, makeFolder, readJson, writeJson } from "./checkpoint.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { LoraAdapter, type LoraOptions, loraWeightShapes } from "./lora_adapter.ts";
import { loadSafetensors, saveSafetensors } from "./safetensors.ts";

const CONFIG_FILE = "adapter_config.json";
const WEIGHTS_FILE = "adapter_model.safetensors";
/** Settings of PEFT that change the computation in ways the decoder lacks. */
const UNSUPPORTED = ["use_rslora", "use_dora", "rank_pattern", "alpha_pattern", "modules_to_save"];

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
  const lora = { ...loraOptions(await readJson(configPath), configPath), ...options };
  const weightsPath = `${folder}/${WEIGHTS_FILE}`;
  const { tensors } = await loadSafetensors(weightsPath);
  let shapes: Map<string, [number, number]>;
  try {
    shapes = loraWeightShapes(config, lora);
  } catch (error) {
    throw refuse(configPath, (error as Error).message);
  }
  checkWeights(weightsPath, shapes, tensors);
  return LoraAdapter.fromValues(config, lora, tensors);
}

function loraOptions(json: unknown, path: string): Omit<LoraOptions, "name"> {
  const peft = (json ?? {}) as Record<string, unknown>;
  const { peft_type: type, r, lora_alpha: alpha, target_modules: targetModules } = peft;
  if (type !== "LORA") throw refuse(path, `peft_type must be LORA, got ${JSON.stringify(type)}`);
  for (const key of UNSUPPORTED) {
    const value = peft[key];
    const isOff = !value || (typeof value === "object" && Object.keys(value).length === 0);
    if (!isOff) throw refuse(path, `${key} is not supported, got ${JSON.stringify(value)}`);
  }
  if (typeof r !== "number" || typeof alpha !== "number") {
    throw refuse(path, "r and lora_alpha must be numbers");
  }
  if (!Array.isArray(targetModules) || targetModules.some((name) => typeof name !== "string")) {
    throw refuse(path, "target_modules must list names of projections");
  }
  return { r, alpha, targetModules };
}

function refuse(path: string, problem: string): CheckpointError {
  return new CheckpointError(`Cannot load ${path} as a LoRA adapter of this decoder: ${problem}`, {
    thing: path,
    remedy: "name a folder with a plain LoRA adapter that was made for this decoder",
  });
}
