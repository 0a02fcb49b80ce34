/** The least `config.json` of a llama, as Hugging Face has it. */
export const HF_LLAMA = {
  model_type: "llama",
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  eos_token_id: 1,
} as const;
