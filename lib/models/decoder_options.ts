/** In what families of decoders differ from a llama, whose are all absent; names after Hugging Face's keys. */
export interface DecoderOptions {
  /**
   * Which projections of attention add a bias: query, key and value (Qwen2), or the output's too (a llama's
   * `attention_bias`); absent = none.
   */
  readonly attentionBias?: "qkv" | "qkvo";
  /** RMSNorm of queries and keys before they are rotated: of each head by itself (Qwen3); absent = none. */
  readonly qkNorm?: "head";
}
