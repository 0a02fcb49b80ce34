/**
 * The operations that a decoder and its training run through. Each has one file with its formula: the
 * public function runs the current backend's kernel where there is one, and otherwise the plain-tfjs
 * `…Reference`, which is also what the tests compare against. {@linkcode decoderPass} alone has no
 * reference here: it is the whole decoder of `lib/models` as one kernel, for sampling on the processor.
 *
 * What makes a step fast and small:
 * - Differentiate by {@linkcode gradients}: it frees what the backward pass no longer needs, which halves
 *   the peak memory against tfjs's own.
 * - Wrap each layer in a `tf.tidy`: what the gradient needs is kept anyway, the rest is freed at once.
 * - Where memory is short, {@linkcode checkpoint} a layer: its gradient keeps its input alone.
 * - Give {@linkcode tokenLogProbs} only the rows whose tokens count.
 * - Weights that nobody differentiates by cost nothing in the backward pass.
 *
 * Kernels for the processor lie in `cpu`, those for GPUs in `webgpu`: WGSL programs that tfjs's WebGPU
 * backend queues between its own. Nothing in them waits for the GPU or adds up in an order that could
 * change from run to run.
 *
 * Axis legend: B rows, T tokens, S stored tokens, N = B·T, V vocabulary, D width, H heads, K key heads,
 * C head width, F MLP width, I and O inputs and outputs of a linear layer, R rank of LoRA.
 *
 * @module
 */
import "./cpu/mod.ts";
import "./webgpu/mod.ts";

export * from "./accumulate.ts";
export * from "./adam_w.ts";
export * from "./add_bias.ts";
export type { AttentionScoreOptions } from "./attention_scores.ts";
export * from "./cached_attention.ts";
export * from "./causal_attention.ts";
export * from "./checkpoint.ts";
export * from "./copy_cache_rows.ts";
export * from "./decoder_pass.ts";
export * from "./embedding.ts";
export * from "./empty.ts";
export * from "./few_rows_linear.ts";
export * from "./ge_glu.ts";
export * from "./gradients.ts";
export * from "./linear.ts";
export * from "./lora_linear.ts";
export * from "./rms_norm.ts";
export * from "./rotary_embedding.ts";
export * from "./sample.ts";
export * from "./sampling_options.ts";
export * from "./scaled.ts";
export * from "./soft_cap.ts";
export * from "./squared_norms.ts";
export * from "./swi_glu.ts";
export * from "./token_log_probs.ts";
export * from "./write_cache.ts";
