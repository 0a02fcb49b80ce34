import type { DecoderOptions } from "./decoder_options.ts";
import type { Family, HfSettings } from "./family.ts";
import type { SettingRule } from "./known_settings.ts";
import { isPositive, layerTypesOf, layerTypesRule, WINDOW } from "./sliding_window.ts";

/** Where the rotary embedding of layers with a window is kept, which has settings of its own. */
const LOCAL_ROPE = "rope_parameters.sliding_attention";
const GELU = "gelu_pytorch_tanh";

const positiveNumber: SettingRule = {
  accepts: (value) => typeof value === "number" && value > 0,
  supported: "a positive number",
};
const positiveOrNull: SettingRule = { ...positiveNumber, supported: "null or a positive number" };

const DEFAULTS = {
  ...{ num_key_value_heads: 4, head_dim: 256, tie_word_embeddings: true },
  ...{ bos_token_id: 2, eos_token_id: 1, pad_token_id: 0 },
  ...{ sliding_window: 4096, query_pre_attn_scalar: 256 },
};

/** Of both. */
const RULES: ReturnType<Family["rules"]> = [
  ...[...WINDOW.rules, layerTypesRule],
  ["hidden_act", [GELU]],
  ["hidden_activation", [GELU]],
  ["attention_bias", [false]],
  ["query_pre_attn_scalar", positiveNumber],
  // How its programs keep keys and values.
  ["cache_implementation", "any"],
];

const OPTIONS = {
  ...{ normPosition: "around", zeroCenteredNorm: true } as const,
  ...{ hiddenActivation: GELU, scaledEmbedding: true } as const,
};

const settingsOf = (options: DecoderOptions): HfSettings => ({
  ...{ hidden_activation: GELU, attention_bias: false },
  query_pre_attn_scalar: options.queryPreAttnScalar,
  layer_types: options.layerTypes,
  sliding_window: options.slidingWindow,
});

/** Gemma 2, every other layer of which has a window, and whose scores and logits are bounded. */
export const GEMMA2: Family = {
  modelType: "gemma2",
  architecture: "Gemma2ForCausalLM",
  defaults: {
    ...{ ...DEFAULTS, max_position_embeddings: 8192 },
    ...{ attn_logit_softcapping: 50, final_logit_softcapping: 30 },
  },
  rules: () => [
    ...RULES,
    ["attn_logit_softcapping", positiveOrNull],
    ["final_logit_softcapping", positiveOrNull],
  ],
  optionsOf: (hf) => ({
    ...OPTIONS,
    queryPreAttnScalar: hf["query_pre_attn_scalar"] as number,
    layerTypes: layerTypesOf(hf, (layer) => layer % 2 === 0),
    slidingWindow: hf["sliding_window"] as number,
    ...capOption("attnLogitSoftcapping", hf["attn_logit_softcapping"]),
    ...capOption("finalLogitSoftcapping", hf["final_logit_softcapping"]),
  }),
  settingsOf: (options) => ({
    ...settingsOf(options),
    attn_logit_softcapping: options.attnLogitSoftcapping ?? null,
    final_logit_softcapping: options.finalLogitSoftcapping ?? null,
  }),
};

const capOption = (name: keyof DecoderOptions, cap: unknown): DecoderOptions =>
  typeof cap === "number" ? { [name]: cap } : {};

/** What it says of the rotary embedding by kinds of layers, as others say it of all. */
function renamed(given: HfSettings): HfSettings {
  const nested = given["rope_parameters"] as HfSettings | null | undefined;
  const kinds = Object.keys(nested ?? {});
  const isByKind = kinds.length > 0 &&
    kinds.every((kind) => kind === "full_attention" || kind === "sliding_attention");
  const full = isByKind ? nested!["full_attention"] : nested;
  const theta = (full as HfSettings | null | undefined)?.["rope_theta"] ?? null;
  return {
    ...theta === null ? { rope_theta: 1e6 } : {},
    ...given,
    ...isByKind ? { rope_parameters: full, [LOCAL_ROPE]: nested!["sliding_attention"] } : {},
  };
}

/** The base of its frequencies, undefined where it is not said. */
const localTheta = (hf: HfSettings) =>
  (hf[LOCAL_ROPE] as HfSettings | null | undefined)?.["rope_theta"] as number | undefined;

/** Gemma 3 that reads text alone, whose published models have no soft caps. */
export const GEMMA3: Family = {
  modelType: "gemma3_text",
  architecture: "Gemma3ForCausalLM",
  renamed,
  defaults: {
    ...{ ...DEFAULTS, max_position_embeddings: 131_072 },
    ...{ sliding_window_pattern: 6, rope_local_base_freq: 10_000 },
  },
  rules: () => [
    ...RULES,
    ["attn_logit_softcapping", [null]],
    ["final_logit_softcapping", [null]],
    ["rope_local_base_freq", positiveNumber],
    ...["sliding_window_pattern", "_sliding_window_pattern"].map((key) =>
      [key, { accepts: isPositive, supported: "a positive integer" }] as const
    ),
    [LOCAL_ROPE, {
      accepts: (rope) =>
        typeof rope === "object" &&
        Object.entries(rope as HfSettings).every(([key, value]) =>
          key === "rope_type"
            ? value === "default"
            : key === "rope_theta" && typeof value === "number" && value > 0
        ),
      supported: 'of rope_type "default" with a positive rope_theta',
    }],
  ],
  optionsOf: (hf) => ({
    ...OPTIONS,
    qkNorm: "head",
    queryPreAttnScalar: hf["query_pre_attn_scalar"] as number,
    // Every sixth layer has none.
    layerTypes: layerTypesOf(
      hf,
      (layer) => (layer + 1) % Number(hf["sliding_window_pattern"]) !== 0,
    ),
    slidingWindow: hf["sliding_window"] as number,
    ropeLocalBaseFreq: localTheta(hf) ?? hf["rope_local_base_freq"] as number,
  }),
  settingsOf: (options) => ({
    ...settingsOf(options),
    rope_local_base_freq: options.ropeLocalBaseFreq,
  }),
};
