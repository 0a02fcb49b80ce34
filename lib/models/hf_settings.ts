/**
 * The settings of a `config.json`, and of its rotary embedding, that leave the computation as it is.
 *
 * @module
 */
import type { Family } from "./family.ts";
import { findUnsupported, type SettingRule, type UnsupportedSetting } from "./known_settings.ts";

/** Read by `decoderConfigFromHf`, which checks types and values. */
const READ = [
  ...["model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers"],
  ...["num_attention_heads", "num_key_value_heads", "head_dim", "rms_norm_eps", "rope_theta"],
  ...["rope_parameters", "rope_scaling", "max_position_embeddings", "tie_word_embeddings"],
  ...["initializer_range", "bos_token_id", "eos_token_id", "pad_token_id"],
];

/** Where the file comes from, and how PyTorch stores, splits, trains or returns what it computes. */
const WITHOUT_EFFECT = [
  ...["architectures", "transformers_version", "_name_or_path", "name_or_path", "_commit_hash"],
  ...["torch_dtype", "dtype", "use_bfloat16", "use_cache", "torchscript", "pretraining_tp"],
  ...["attention_dropout", "attn_implementation", "_attn_implementation"],
  ...["_attn_implementation_autoset", "return_dict", "output_hidden_states", "output_attentions"],
  ...["is_llama_config", "tokenizer_class", "transformers.js_config", "unsloth_version"],
  ...["unsloth_fixed", "keys_to_ignore_at_inference", "max_sequence_length"],
  // Of classifiers, and of sequence to sequence models.
  ...["id2label", "label2id", "num_labels", "problem_type", "finetuning_task"],
  ...["task_specific_params", "sep_token_id", "decoder_start_token_id", "prefix"],
  ...["chunk_size_feed_forward", "tf_legacy_loss"],
  // Defaults of sampling, which a run sets itself.
  ...["temperature", "top_k", "top_p", "typical_p", "min_p", "do_sample", "num_beams"],
  ...["num_beam_groups", "diversity_penalty", "early_stopping", "max_length", "min_length"],
  ...["max_new_tokens", "min_new_tokens", "repetition_penalty", "length_penalty"],
  ...["no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids"],
  ...["num_return_sequences", "output_scores", "return_dict_in_generate"],
  ...["forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values"],
  ...["exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens"],
];

/** The one value with which the computation is that of our decoder. */
const FIXED: readonly (readonly [key: string, rule: SettingRule])[] = [
  ["hidden_act", ["silu"]],
  ["layer_types", {
    accepts: (types) => Array.isArray(types) && types.every((type) => type === "full_attention"),
    supported: '"full_attention" in all layers',
  }],
  ["mlp_bias", [false]],
  ["partial_rotary_factor", [1]],
  ["rope_interleaved", [false]],
  ["rope_traditional", [false]],
  ["sliding_window", [null]],
  ["use_sliding_window", [false]],
  ["is_causal", [true]],
  ["use_bidirectional_attention", [false]],
  ["is_decoder", [false, true]],
  ["is_encoder_decoder", [false]],
  ["add_cross_attention", [false]],
  ["tie_encoder_decoder", [false]],
  ["quantization_config", [null]],
  ["compression_config", [null]],
];

const ALL_FAMILIES = new Map<string, SettingRule>([
  ...[...READ, ...WITHOUT_EFFECT].map((key) => [key, "any"] as const),
  ...FIXED,
]);

/** How frequencies may be scaled, each with the settings that it reads. */
export const ROPE_TYPES: Readonly<Record<string, readonly string[]>> = {
  default: [],
  linear: ["factor"],
  llama3: ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"],
  longrope: [
    ...["short_factor", "long_factor", "original_max_position_embeddings"],
    ...["factor", "attention_factor"],
  ],
};

const ROPE = new Map<string, SettingRule>([
  ["rope_type", Object.keys(ROPE_TYPES)],
  ["type", Object.keys(ROPE_TYPES)],
  ["rope_theta", "any"],
  ["partial_rotary_factor", [1]],
]);

/**
 * Finds a setting that asks for another computation than the decoder's, or is not known.
 *
 * @param hf The parsed `config.json`.
 * @param family Of the model.
 * @returns The first one, or undefined.
 */
export function unsupportedSetting(
  hf: Readonly<Record<string, unknown>>,
  family: Family,
): UnsupportedSetting | undefined {
  return findUnsupported(hf, new Map([...ALL_FAMILIES, ...family.rules(hf)]), isUnset);
}

/**
 * Finds a setting of a rotary embedding that asks for other frequencies.
 *
 * @param rope What `rope_parameters` or `rope_scaling` holds.
 * @param key Which of them, for the message.
 * @returns The first one, named with its place, or undefined.
 */
export function unsupportedRopeSetting(
  rope: Readonly<Record<string, unknown>>,
  key: string,
): UnsupportedSetting | undefined {
  // Of a type that does not scale, a factor would be one that is not understood.
  const read = ROPE_TYPES[ropeTypeOf(rope)] ?? [];
  const rules = new Map([...ROPE, ...read.map((name) => [name, "any"] as const)]);
  // The type first: of one that is not supported nobody wants to read about its factors.
  const { rope_type, type } = rope;
  const unsupported = findUnsupported({ rope_type, type, ...rope }, rules, isUnset);
  return unsupported && { ...unsupported, key: `${key}.${unsupported.key}` };
}

/**
 * How a rotary embedding's frequencies are scaled, by Hugging Face's name.
 *
 * @param rope What `rope_parameters` or `rope_scaling` holds.
 * @returns Such as `llama3`; `default` where nothing is said.
 */
export function ropeTypeOf(rope: Readonly<Record<string, unknown>>): string {
  return String(rope["rope_type"] ?? rope["type"] ?? "default");
}

/** Absent, or without content; false is a value like others. */
function isUnset(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
