/**
 * Families of models that the decoder computes: a llama, and what others do otherwise.
 *
 * Each is read off the `configuration_*.py` and `modeling_*.py` of Hugging Face's transformers.
 *
 * @module
 */
import type { DecoderOptions } from "./decoder_options.ts";
import type { SettingRule } from "./known_settings.ts";

/** Settings of a `config.json`. */
export type HfSettings = Readonly<Record<string, unknown>>;

/** A family of models. */
export interface Family {
  /** Hugging Face's `model_type`. */
  readonly modelType: string;
  /** Hugging Face's class. */
  readonly architecture: string;
  /** What its settings are where they are absent, if that is not what a llama's are. */
  readonly defaults: HfSettings;
  /** Its settings besides those of all families, and which of their values are supported. */
  readonly rules: (hf: HfSettings) => readonly (readonly [key: string, rule: SettingRule])[];
  /** What these ask for. */
  readonly optionsOf: (hf: HfSettings) => DecoderOptions;
  /** The settings that ask for the options of a decoder; undefined where none do. */
  readonly settingsOf: (options: DecoderOptions) => HfSettings | undefined;
}

const BOOLEAN = [false, true];

const attentionBiasOf = (hf: HfSettings): DecoderOptions =>
  hf["attention_bias"] === true ? { attentionBias: "qkvo" } : {};

const LLAMA: Family = {
  modelType: "llama",
  architecture: "LlamaForCausalLM",
  defaults: {},
  rules: () => [["attention_bias", BOOLEAN]],
  optionsOf: attentionBiasOf,
  settingsOf: ({ attentionBias }) =>
    attentionBias === "qkv"
      ? undefined
      : { attention_bias: attentionBias !== undefined, mlp_bias: false },
};

/** Whose window is switched on by a setting of its own: without it the others say nothing. */
const WINDOW_SWITCH = [
  ["use_sliding_window", [false]],
  ["sliding_window", "any"],
  ["max_window_layers", "any"],
] as const satisfies readonly (readonly [string, SettingRule])[];

const QWEN2: Family = {
  modelType: "qwen2",
  architecture: "Qwen2ForCausalLM",
  defaults: { num_key_value_heads: 32, max_position_embeddings: 32_768 },
  // The biases are always there.
  rules: () => [...WINDOW_SWITCH, ["attention_bias", [true]], ["use_mrope", [false]]],
  optionsOf: () => ({ attentionBias: "qkv" }),
  settingsOf: ({ attentionBias }) =>
    attentionBias === "qkv" ? { use_sliding_window: false } : undefined,
};

/** All of them; of two that compute the same, the first is what is written. */
export const FAMILIES: readonly Family[] = [LLAMA, QWEN2];

/**
 * Which family a decoder is of.
 *
 * @param options The decoder's options.
 * @returns The family, and the settings that ask for these options.
 * @throws {RangeError} When no family has them together: nobody else could load such a decoder.
 */
export function familyOf(
  options: DecoderOptions,
): { readonly family: Family; readonly settings: HfSettings } {
  for (const family of FAMILIES) {
    const settings = family.settingsOf(options);
    if (settings) return { family, settings };
  }
  const { attentionBias } = options;
  throw new RangeError(
    `Cannot configure a decoder as its options must be those of ${modelTypes()}: ` +
      `got ${JSON.stringify({ attentionBias })}`,
  );
}

/**
 * The families that there are.
 *
 * @returns Their `model_type`s, in a sentence part.
 */
export function modelTypes(): string {
  return FAMILIES.map(({ modelType }) => modelType).join(", ");
}
