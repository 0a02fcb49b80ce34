/**
 * Families of models that the decoder computes: a llama, and what others do otherwise.
 *
 * Each is read off the `configuration_*.py` and `modeling_*.py` of Hugging Face's transformers.
 *
 * @module
 */
import { canonicalJson } from "../core/sealed_json.ts";
import { type DecoderOptions, MAX_LAYERS, optionsIn } from "./decoder_options.ts";
import type { Family, HfSettings } from "./family.ts";
import { GEMMA2, GEMMA3 } from "./gemma_families.ts";
import { SWITCHED_WINDOW, WINDOW } from "./sliding_window.ts";

/** Of those whose `attention_bias` is for all four projections. */
const BIAS = {
  rules: [["attention_bias", [false, true]]],
  optionsOf: (hf: HfSettings): DecoderOptions =>
    hf["attention_bias"] === true ? { attentionBias: "qkvo" } : {},
  settingsOf: ({ attentionBias }: DecoderOptions): HfSettings => ({
    attention_bias: attentionBias !== undefined,
  }),
} as const;

const LLAMA: Family = {
  modelType: "llama",
  architecture: "LlamaForCausalLM",
  defaults: {},
  rules: () => BIAS.rules,
  optionsOf: BIAS.optionsOf,
  settingsOf: (options) => ({ ...BIAS.settingsOf(options), mlp_bias: false }),
};

const QWEN_WINDOW = { sliding_window: 4096, max_window_layers: 28 };

/** The lower layers have no window. */
const upperWindows = (hf: HfSettings) =>
  SWITCHED_WINDOW.optionsOf(hf, (layer) => layer >= Number(hf["max_window_layers"]));

const QWEN2: Family = {
  modelType: "qwen2",
  architecture: "Qwen2ForCausalLM",
  defaults: { num_key_value_heads: 32, max_position_embeddings: 32_768, ...QWEN_WINDOW },
  // The biases are always there.
  rules: (hf) => [
    ...SWITCHED_WINDOW.rules(hf),
    ...[["attention_bias", [true]] as const, ["use_mrope", [false]] as const],
  ],
  optionsOf: (hf) => ({ attentionBias: "qkv", ...upperWindows(hf) }),
  settingsOf: SWITCHED_WINDOW.settingsOf,
};

const QWEN3: Family = {
  modelType: "qwen3",
  architecture: "Qwen3ForCausalLM",
  defaults: {
    ...{ num_key_value_heads: 32, head_dim: 128, max_position_embeddings: 32_768 },
    ...QWEN_WINDOW,
  },
  rules: (hf) => [...SWITCHED_WINDOW.rules(hf), ...BIAS.rules],
  optionsOf: (hf) => ({ ...BIAS.optionsOf(hf), qkNorm: "head", ...upperWindows(hf) }),
  settingsOf: (options) => ({
    ...BIAS.settingsOf(options),
    ...SWITCHED_WINDOW.settingsOf(options),
  }),
};

const SMOLLM3: Family = {
  modelType: "smollm3",
  architecture: "SmolLM3ForCausalLM",
  defaults: {
    ...{ num_key_value_heads: 4, max_position_embeddings: 32_768, tie_word_embeddings: true },
    ...{ bos_token_id: 128_000, eos_token_id: 128_001, pad_token_id: 128_004 },
    ...{ no_rope_layer_interval: 4 },
  },
  rules: (hf) => [
    ...[...SWITCHED_WINDOW.rules(hf), ...BIAS.rules],
    ["no_rope_layer_interval", {
      accepts: (interval) => Number.isSafeInteger(interval) && (interval as number) > 0,
      supported: "a positive integer",
    }],
    ["no_rope_layers", {
      accepts: (layers) => Array.isArray(layers) && layers.every((has) => has === 0 || has === 1),
      supported: "a list of 0 and 1",
    }],
  ],
  optionsOf(hf) {
    const { no_rope_layers, num_hidden_layers, no_rope_layer_interval } = hf;
    const noRopeLayers = no_rope_layers as number[] | null | undefined ?? Array.from(
      { length: Math.min(Number(num_hidden_layers), MAX_LAYERS) }, // more are refused, and not listed before
      (_, layer) => (layer + 1) % Number(no_rope_layer_interval) === 0 ? 0 : 1,
    );
    return {
      ...BIAS.optionsOf(hf),
      ...noRopeLayers.includes(0) ? { noRopeLayers } : {},
      ...SWITCHED_WINDOW.optionsOf(hf, (layer) => noRopeLayers[layer] === 0),
    };
  },
  settingsOf: (options) => ({
    ...BIAS.settingsOf(options),
    ...{ mlp_bias: false, no_rope_layers: options.noRopeLayers ?? [] },
    ...SWITCHED_WINDOW.settingsOf(options),
  }),
};

const OLMO2: Family = {
  modelType: "olmo2",
  architecture: "Olmo2ForCausalLM",
  defaults: { rms_norm_eps: 1e-5, eos_token_id: 50_279, pad_token_id: 1 },
  rules: () => BIAS.rules,
  optionsOf: (hf) => ({ ...BIAS.optionsOf(hf), qkNorm: "full", normPosition: "behind" }),
  settingsOf: BIAS.settingsOf,
};

/** Computes what a llama does, perhaps within a window. */
const MISTRAL: Family = {
  modelType: "mistral",
  architecture: "MistralForCausalLM",
  defaults: {
    ...{ num_key_value_heads: 8, max_position_embeddings: 131_072, sliding_window: 4096 },
    ...{ bos_token_id: 1, eos_token_id: 2 },
  },
  rules: () => WINDOW.rules,
  optionsOf: WINDOW.optionsOf,
  settingsOf: WINDOW.settingsOf,
};

const PHI3_CODE = ["configuration_phi3.Phi3Config", "modeling_phi3.Phi3ForCausalLM"];

/** Computes what a Mistral does; its weights lie together, see `fused_weights.ts`. */
const PHI3: Family = {
  modelType: "phi3",
  architecture: "Phi3ForCausalLM",
  defaults: {
    ...{ rms_norm_eps: 1e-5, max_position_embeddings: 4096 },
    original_max_position_embeddings: 4096,
    ...{ bos_token_id: 1, eos_token_id: 32_000, pad_token_id: 32_000 },
  },
  rules: () => [
    ...WINDOW.rules,
    ["attention_bias", [false]],
    // Of training, and read with scaled frequencies.
    ...["embd_pdrop", "resid_pdrop", "original_max_position_embeddings"]
      .map((key) => [key, "any"] as const),
    // The same program as in transformers, from the time before it was there.
    ["auto_map", {
      accepts: (map) => Object.values(map as object).every((code) => PHI3_CODE.includes(code)),
      supported: `of ${PHI3_CODE.join(" and ")}`,
    }],
  ],
  optionsOf: WINDOW.optionsOf,
  settingsOf: WINDOW.settingsOf,
};

/** All of them; of two that compute the same, the first is what is written. */
export const FAMILIES: readonly Family[] = [
  ...[LLAMA, QWEN2, QWEN3, SMOLLM3, OLMO2, MISTRAL, PHI3],
  ...[GEMMA2, GEMMA3],
];

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
  const options = optionsIn(config);
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
