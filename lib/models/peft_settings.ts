/**
 * PEFT's `adapter_config.json`: which adapters are the plain low-rank update that we compute.
 *
 * @module
 */
import { findUnsupported, type SettingRule, shortJson } from "./known_settings.ts";
import type { LoraOptions } from "./lora_adapter.ts";

const OFF: SettingRule = [];

/**
 * Every setting of PEFT's `LoraConfig` up to 0.18. Settings that are off in plain LoRA have no
 * supported value: PEFT writes null, false or nothing in them. Initialisations that change the base's
 * weights (pissa, olora, loftq, corda) or ranks (eva) are not among those that are supported.
 */
const RULES: ReadonlyMap<string, SettingRule> = new Map<string, SettingRule>([
  // Read, with checks of their own.
  ["r", "any"],
  ["lora_alpha", "any"],
  ["target_modules", "any"],
  // Kind and origin.
  ["peft_type", ["LORA"]],
  ["task_type", ["CAUSAL_LM"]],
  ["auto_mapping", "any"],
  ["base_model_name_or_path", "any"],
  ["revision", "any"],
  ["peft_version", "any"],
  ["inference_mode", "any"],
  // Matter while training in PEFT, or only together with a setting that is refused.
  ["lora_dropout", "any"],
  ["init_lora_weights", [true, "gaussian"]],
  ["layers_pattern", "any"],
  ["megatron_core", "any"],
  ["qalora_group_size", "any"],
  ["runtime_config", "any"],
  // Another computation.
  ["bias", ["none"]],
  ["fan_in_fan_out", OFF],
  ["use_rslora", OFF],
  ["use_dora", OFF],
  ["use_qalora", OFF],
  ["use_bdlora", OFF],
  ["lora_bias", OFF],
  ["modules_to_save", OFF],
  ["exclude_modules", OFF],
  ["rank_pattern", OFF],
  ["alpha_pattern", OFF],
  ["layers_to_transform", OFF],
  ["layer_replication", OFF],
  ["target_parameters", OFF],
  ["trainable_token_indices", OFF],
  ["alora_invocation_tokens", OFF],
  ["arrow_config", OFF],
  ["megatron_config", OFF],
  ["loftq_config", OFF],
  ["corda_config", OFF],
  ["eva_config", OFF],
  ["lora_ga_config", OFF],
  ["ensure_weight_tying", OFF],
]);

/**
 * Reads PEFT's settings of an adapter.
 *
 * @param json The parsed `adapter_config.json`.
 * @returns Rank, scale and place.
 * @throws {RangeError} If a setting asks for something else than a plain LoRA adapter; names it.
 */
export function loraOptionsFromPeft(json: unknown): Omit<LoraOptions, "name"> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new RangeError(`an object is expected, got ${shortJson(json)}`);
  }
  const peft = json as Record<string, unknown>;
  if (peft.peft_type !== "LORA") {
    throw new RangeError(`peft_type must be LORA, got ${shortJson(peft.peft_type)}`);
  }
  const unsupported = findUnsupported(peft, RULES, isOff);
  if (unsupported) {
    const { key, value, supported } = unsupported;
    throw new RangeError(
      supported
        ? `${key} must be ${supported}, got ${value}`
        : `${key} is not supported, got ${value}`,
    );
  }
  const { r, lora_alpha: alpha, target_modules: targetModules } = peft;
  if (typeof r !== "number" || typeof alpha !== "number") {
    throw new RangeError("r and lora_alpha must be numbers");
  }
  if (!Array.isArray(targetModules) || targetModules.some((name) => typeof name !== "string")) {
    throw new RangeError("target_modules must list names of projections");
  }
  return { r, alpha, targetModules };
}

/** How PEFT writes that a setting is not used. */
function isOff(value: unknown): boolean {
  return value === null || value === false ||
    (typeof value === "object" && Object.keys(value).length === 0);
}
