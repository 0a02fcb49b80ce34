import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { decoderConfigFromHf, decoderConfigToHf } from "../../lib/models/mod.ts";
import { tinyConfig } from "../support/decoders.ts";
import { sharedPath } from "../support/shared_data.ts";
import { HF_LLAMA } from "../support/hf_llama.ts";

const LONG_ROPE = { type: "longrope", short_factor: [1, 1.5], long_factor: [2, 8] };
const FAMILIES = "llama, qwen2, qwen3, smollm3, olmo2, mistral, phi3, gemma2, gemma3_text";

Deno.test("decoderConfigFromHf() reads back what decoderConfigToHf() writes", () => {
  const config = tinyConfig({ bosTokenId: 2, tieWordEmbeddings: true });
  assertEquals(decoderConfigFromHf(JSON.parse(JSON.stringify(decoderConfigToHf(config)))), config);
});

Deno.test("decoderConfigFromHf() reads Hugging Face's keys and ignores those that change nothing", () => {
  const config = decoderConfigFromHf({
    ...HF_LLAMA,
    num_key_value_heads: 1,
    rms_norm_eps: 1e-5,
    rope_theta: 5000,
    max_position_embeddings: 99,
    bos_token_id: null,
    pad_token_id: 2,
    torch_dtype: "bfloat16",
    attention_bias: false,
    rope_scaling: null,
  });
  assertEquals(config.numKeyValueHeads, 1);
  assertEquals(config.headDim, 4);
  assertEquals(config.rmsNormEps, 1e-5);
  assertEquals(config.ropeTheta, 5000);
  assertEquals(config.maxPositionEmbeddings, 99);
  assertEquals("bosTokenId" in config, false);
  assertEquals(config.padTokenId, 2);
});

Deno.test("decoderConfigFromHf() pads with the end token where there is no pad token", () => {
  assertEquals(decoderConfigFromHf(HF_LLAMA).padTokenId, 1);
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, pad_token_id: null }).padTokenId, 1);
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, pad_token_id: -1 }).padTokenId, 1);
});

Deno.test("decoderConfigFromHf() refuses what the decoder does not compute", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ model_type: "mamba" }, `model_type must be one of ${FAMILIES}: got "mamba"`],
    [{ model_type: undefined }, `model_type must be one of ${FAMILIES}: got undefined`],
    [{ hidden_act: "gelu" }, `only hidden_act "silu" is supported: got "gelu"`],
    [{ attention_bias: 1 }, "only attention_bias false or true is supported: got 1"],
    [
      { layer_types: ["full_attention", "sliding_attention"] },
      'only layer_types "full_attention" in all layers is supported: got ["full',
    ],
    [
      { model_type: "qwen2", use_sliding_window: true, layer_types: ["chunked_attention"] },
      'only layer_types a list of "full_attention" and "sliding_attention" is supported: got',
    ],
    [
      { model_type: "qwen2", use_sliding_window: true, max_window_layers: 0.5 },
      "only max_window_layers an integer of at least 0 is supported: got 0.5",
    ],
    [
      { model_type: "qwen2", use_sliding_window: 1 },
      "only use_sliding_window false is supported: got 1",
    ],
    [
      { model_type: "qwen2", attention_bias: false },
      "only attention_bias true is supported: got false",
    ],
    [
      { model_type: "mistral", sliding_window: -1 },
      "only sliding_window null or a positive integer is supported: got -1",
    ],
    [
      { model_type: "phi3", sliding_window: "2047" },
      'only sliding_window null or a positive integer is supported: got "2047"',
    ],
    [
      {
        model_type: "phi3",
        rope_scaling: { long_factor: [1, 2], short_factor: [1, 0], type: "longrope" },
      },
      "rope_scaling.short_factor must be a list of positive numbers: got [1,0]",
    ],
    [
      {
        max_position_embeddings: 16,
        rope_scaling: { long_factor: [1, 2], short_factor: [1], type: "longrope" },
      },
      "ropeScaling.shortFactor must have one number for each two of headDim 4: got 1",
    ],
    [
      { max_position_embeddings: 16, rope_scaling: { ...LONG_ROPE, attention_factor: 0 } },
      "rope_scaling.attention_factor must be a positive number: got 0",
    ],
    [
      { model_type: "phi3", original_max_position_embeddings: 0, rope_scaling: LONG_ROPE },
      "original_max_position_embeddings must be an integer of at least 2: got 0",
    ],
    [
      { rope_scaling: { ...LONG_ROPE, low_freq_factor: 1 } },
      "rope_scaling.low_freq_factor is not known to change nothing: got 1",
    ],
    [
      { model_type: "phi3", auto_map: { AutoModel: "own.Own" } },
      "only auto_map of configuration_phi3.Phi3Config and",
    ],
    [
      { model_type: "smollm3", no_rope_layers: [1, 2] },
      "only no_rope_layers a list of 0 and 1 is supported: got [1,2]",
    ],
    [
      { model_type: "smollm3", no_rope_layer_interval: 0 },
      "only no_rope_layer_interval a positive integer is supported: got 0",
    ],
    [{ model_type: "qwen2", mlp_bias: true }, "only mlp_bias false is supported: got true"],
    [
      { rope_scaling: { rope_type: "llama3", factor: 8 } },
      "rope_scaling.low_freq_factor must be a positive number: got null",
    ],
    [
      { rope_scaling: { type: "linear", factor: -1 } },
      "rope_scaling.factor must be a positive number: got -1",
    ],
    [
      { rope_scaling: { type: "linear", factor: 2, low_freq_factor: 1 } },
      "rope_scaling.low_freq_factor is not known to change nothing: got 1",
    ],
    [{ rope_scaling: { factor: 2 } }, "rope_scaling.factor is not known to change nothing: got 2"],
    [
      { rope_parameters: { rope_type: "yarn" } },
      `only rope_parameters.rope_type "default" or "linear" or "llama3" or "longrope" is supported: got "yarn"`,
    ],
    [
      { rope_parameters: { rope_theta: 5000, partial_rotary_factor: 0.5 } },
      "only rope_parameters.partial_rotary_factor 1 is supported: got 0.5",
    ],
    [
      { rope_theta: 10_000, rope_parameters: { rope_theta: 5000 } },
      "rope_theta must be one number: got 10000 and, in rope_parameters, 5000",
    ],
    [{ eos_token_id: [1, 16] }, "otherEosTokenIds must be a token id from 0 to 15: got 16"],
    [{ num_attention_heads: 3 }, "hiddenSize must be a multiple of numAttentionHeads"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => decoderConfigFromHf({ ...HF_LLAMA, ...change }), RangeError, message);
  }
});

Deno.test("decoderConfigFromHf() refuses every setting that it does not know to change nothing", () => {
  const cases: [key: string, value: unknown][] = [
    ["mlp_bias", true],
    ["partial_rotary_factor", 0.5],
    ["rope_interleaved", true],
    ["sliding_window", 512],
    ["use_sliding_window", true],
    ["quantization_config", { quant_method: "gptq", bits: 4 }],
    ["is_causal", false],
    ["use_bidirectional_attention", true],
    ["add_cross_attention", true],
    // Of other models, under a llama's model_type.
    ["logit_scale", 0.0625],
    ["embedding_multiplier", 12],
    ["residual_multiplier", 0.22],
    ["attention_multiplier", 0.01],
    ["attn_logit_softcapping", 50],
    ["final_logit_softcapping", 30],
    ["query_pre_attn_scalar", 256],
    ["qk_norm", true],
    ["use_qk_norm", false],
    ["layer_types", ["full_attention", "sliding_attention"]],
    ["no_rope_layers", [1, 0]],
    ["num_local_experts", 8],
    ["norm_type", "layer"],
    ["auto_map", { AutoModel: "modeling.Own" }],
    ["__proto__", 1],
    ["what nobody knows", 0],
  ];
  for (const [key, value] of cases) {
    const hf = JSON.parse(
      `${JSON.stringify(HF_LLAMA).slice(0, -1)},"${key}":${JSON.stringify(value)}}`,
    );
    const error = assertThrows(() => decoderConfigFromHf(hf), RangeError, key);
    assertMatch(error.message, /only .+ is supported|is not known to change nothing/);
  }
});

Deno.test("decoderConfigFromHf() takes what published llamas say besides", () => {
  const config = decoderConfigFromHf(HF_LLAMA);
  const cases: Record<string, unknown>[] = [
    // SmolLM2
    {
      attention_dropout: 0,
      is_llama_config: true,
      pretraining_tp: 1,
      rope_interleaved: false,
      "transformers.js_config": { kv_cache_dtype: { q4f16: "float16" } },
      use_cache: true,
    },
    // Llama 2, TinyLlama, Llama 3.2
    { _name_or_path: "x", architectures: ["LlamaForCausalLM"], temperature: 0.9, top_p: 0.6 },
    { hidden_act: "silu", rope_scaling: null, torch_dtype: "float16", max_length: 4096 },
    // transformers 5
    { dtype: "bfloat16", rope_parameters: { rope_theta: 10_000, rope_type: "default" } },
    { quantization_config: null, sliding_window: null, what_is_null: null },
  ];
  for (const more of cases) assertEquals(decoderConfigFromHf({ ...HF_LLAMA, ...more }), config);
});

const models = [
  ["data/models/digit-llama/config.json", undefined],
  // Not what its publisher wrote, but another program.
  ["data/tokenizers/Qwen2.5-0.5B-Instruct.config.json", "mask_value is not known"],
  ["data/tokenizers/Qwen2.5-3B.config.json", undefined],
  ["data/tokenizers/Qwen3-1.7B.config.json", "tokenizer is not known"],
  ["data/tokenizers/phi3.5-mini-instruct.config.json", undefined],
] as const;
for (const [file, problem] of models) {
  const path = sharedPath(file);
  Deno.test({
    name: `decoderConfigFromHf() ${problem ? "refuses" : "reads"} ${file}`,
    ignore: path === undefined,
    async fn() {
      const json = JSON.parse(await Deno.readTextFile(path!));
      if (problem) assertThrows(() => decoderConfigFromHf(json), RangeError, problem);
      else assertEquals(decoderConfigFromHf(json).hiddenSize, json.hidden_size);
    },
  });
}

Deno.test("decoderConfigFromHf() names missing keys and wrong types", () => {
  assertThrows(() => decoderConfigFromHf([]), TypeError, "an object is expected");
  assertThrows(
    () => decoderConfigFromHf({ ...HF_LLAMA, vocab_size: undefined }),
    TypeError,
    "vocab_size is missing",
  );
  assertThrows(
    () => decoderConfigFromHf({ ...HF_LLAMA, hidden_size: "8" }),
    TypeError,
    `hidden_size must be a number: got "8"`,
  );
  assertThrows(
    () => decoderConfigFromHf({ ...HF_LLAMA, tie_word_embeddings: 1 }),
    TypeError,
    "tie_word_embeddings must be a boolean: got 1",
  );
});
