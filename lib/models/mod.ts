/**
 * The decoder, its adapters, heads and cache, and their checkpoints.
 *
 * @module
 */
export * from "./adapter_checkpoint.ts";
export * from "./base_dtype.ts";
export * from "./base_fingerprint.ts";
export * from "./checkpoint.ts";
export * from "./decoder.ts";
export * from "./decoder_config.ts";
export * from "./decoder_options.ts";
export * from "./end_tokens.ts";
export type { WeightPlace } from "./finite_weights.ts";
export * from "./forward_flops.ts";
export * from "./forward_options.ts";
export * from "./hf_config.ts";
export * from "./joined_sequences.ts";
export * from "./kv_cache.ts";
export * from "./language_model.ts";
export * from "./load_decoder.ts";
export * from "./load_language_model.ts";
export * from "./lora_adapter.ts";
export * from "./merge_adapter.ts";
export * from "./model_source.ts";
export * from "./position_limit.ts";
export * from "./safetensors.ts";
export * from "./save_safetensors.ts";
export * from "./saved_folder.ts";
export * from "./scalar_head.ts";
export * from "./sequence_batch.ts";
export * from "./sequence_log_probs.ts";
export { matrixBytes, modelFileBytes } from "./stored_bytes.ts";
export * from "./stored_weight.ts";
export * from "./tokenizer_fingerprint.ts";
export * from "./training_memory.ts";
export * from "./variables.ts";
export * from "./weight_names.ts";
export type { SafetensorsDtype } from "./safetensors_header.ts";
