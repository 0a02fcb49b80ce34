/**
 * Families of models that the decoder computes: a llama, and what others do otherwise.
 *
 * Each is read off the `configuration_*.py` and `modeling_*.py` of Hugging Face's transformers.
 *
 * @module
 */
import { canonicalJson } from "../core/sealed_json.ts";
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
  /** What its settings ask for; of supported values. */
  readonly optionsOf: (hf: HfSettings) => DecoderOptions;
  /** Settings that ask for these options, if any of the family do. */
  readonly settingsOf: (options: DecoderOptions) => HfSettings;
}

/** Of those whose `attention_bias` is for all four projections. */
const BIAS = {
  rules: [["attention_bias", [false, true]]],
  optionsOf: (hf: HfSettings): DecoderOptions =>
    hf["attention_bias"] === true ? { attentionBias: "qkvo" } : {},
  settingsOf: ({ attentionBias }: DecoderOptions): HfSettings => ({
    attention_bias: attentionBias !== undefined,
  }),
} as const;

/** Of those whose window is switched on by a setting of its own: without it the others say nothing. */
const WINDOW_SWITCH = [
  ["use_sliding_window", [false]],
  ["sliding_window", "any"],
  ["max_window_layers", "any"],
] as const satisfies readonly (readonly [string, SettingRule])[];

const LLAMA: Family = {
  modelType: "llama",
  architecture: "LlamaForCausalLM",
  defaults: {},
  rules: () => BIAS.rules,
  optionsOf: BIAS.optionsOf,
  settingsOf: (options) => ({ ...BIAS.settingsOf(options), mlp_bias: false }),
};

const QWEN2: Family = {
  modelType: "qwen2",
  architecture: "Qwen2ForCausalLM",
  defaults: { num_key_value_heads: 32, max_position_embeddings: 32_768 },
  // The biases are always there.
  rules: () => [...WINDOW_SWITCH, ["attention_bias", [true]], ["use_mrope", [false]]],
  optionsOf: () => ({ attentionBias: "qkv" }),
  settingsOf: () => ({ use_sliding_window: false }),
};

const QWEN3: Family = {
  modelType: "qwen3",
  architecture: "Qwen3ForCausalLM",
  defaults: { num_key_value_heads: 32, head_dim: 128, max_position_embeddings: 32_768 },
  rules: () => [...WINDOW_SWITCH, ...BIAS.rules],
  optionsOf: (hf) => ({ ...BIAS.optionsOf(hf), qkNorm: "head" }),
  settingsOf: (options) => ({ ...BIAS.settingsOf(options), use_sliding_window: false }),
};

/** All of them; of two that compute the same, the first is what is written. */
export const FAMILIES: readonly Family[] = [LLAMA, QWEN2, QWEN3];

/**
 * Which family a decoder is of.
 *
 * @param config The decoder's options, perhaps among others.
 * @returns The family, and the settings that ask for these options.
 * @throws {RangeError} When no family has them together: nobody else could load such a decoder.
 */
export function familyOf(
  config: DecoderOptions,
): { readonly family: Family; readonly settings: HfSettings } {
  const { attentionBias, qkNorm } = config;
  const options = { attentionBias, qkNorm } as DecoderOptions;
  for (const family of FAMILIES) {
    const settings = family.settingsOf(options);
    if (canonicalJson(family.optionsOf(settings)) === canonicalJson(options)) {
      return { family, settings };
    }
  }
  throw new RangeError(
    `Cannot configure a decoder as its options must be together in one of ${modelTypes()}: ` +
      `got ${canonicalJson(options)}`,
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
