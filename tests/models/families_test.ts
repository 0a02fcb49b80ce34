import { assertEquals, assertThrows } from "@std/assert";
import {
  type DecoderConfig,
  decoderConfigFromHf,
  decoderConfigToHf,
  optionsIn,
  positionLimit,
} from "../../lib/models/mod.ts";
import { tinyConfig } from "../support/decoders.ts";
import { HF_LLAMA } from "../support/hf_llama.ts";

Deno.test("decoderConfigFromHf() reads the options of a family, with the family's defaults", () => {
  const llama = decoderConfigFromHf(HF_LLAMA);
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, layer_types: ["full_attention"] }), llama);
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, attention_bias: true }), {
    ...llama,
    attentionBias: "qkvo",
  });
  const qwen2 = { ...HF_LLAMA, model_type: "qwen2", num_key_value_heads: 2 };
  assertEquals(decoderConfigFromHf(qwen2), {
    ...llama,
    maxPositionEmbeddings: 32_768,
    attentionBias: "qkv",
  });
  const windows = { sliding_window: 16, max_window_layers: 1, use_sliding_window: false };
  assertEquals(decoderConfigFromHf({ ...qwen2, ...windows }), decoderConfigFromHf(qwen2));
  const qwen3 = { ...HF_LLAMA, model_type: "qwen3", num_key_value_heads: 2, attention_bias: false };
  assertEquals(decoderConfigFromHf(qwen3), {
    ...llama,
    headDim: 128,
    maxPositionEmbeddings: 32_768,
    qkNorm: "head",
  });
  assertEquals(decoderConfigFromHf({ ...qwen3, attention_bias: true }).attentionBias, "qkvo");
  const three = { num_hidden_layers: 3, num_key_value_heads: 2, vocab_size: 16 };
  const ids = { bos_token_id: null, pad_token_id: null };
  const smollm3 = { ...HF_LLAMA, ...three, ...ids, model_type: "smollm3" };
  const own = {
    ...llama,
    ...{ numHiddenLayers: 3, maxPositionEmbeddings: 32_768, tieWordEmbeddings: true },
  };
  assertEquals(decoderConfigFromHf(smollm3), own); // of every fourth layer, there is none
  const noRopeLayers = [1, 0, 1];
  for (const change of [{ no_rope_layer_interval: 2 }, { no_rope_layers: noRopeLayers }]) {
    assertEquals(decoderConfigFromHf({ ...smollm3, ...change }), { ...own, noRopeLayers });
  }
  assertThrows(
    () => decoderConfigFromHf({ ...smollm3, no_rope_layers: [1, 0] }),
    RangeError,
    "noRopeLayers must have one entry per layer: got 2 for 3 layers",
  );
  // Named by the check of sizes, before a list of as many is made.
  for (
    const [num_hidden_layers, expected] of [[3e7, "at most 10000"], [1e308, "a positive integer"]]
  ) {
    assertThrows(
      () => decoderConfigFromHf({ ...smollm3, num_hidden_layers }),
      RangeError,
      `numHiddenLayers must be ${expected}`,
    );
  }
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, ...ids, model_type: "olmo2" }), {
    ...llama,
    ...{ rmsNormEps: 1e-5, qkNorm: "full", normPosition: "behind" },
  });
  const mistral = { ...HF_LLAMA, ...ids, model_type: "mistral", num_key_value_heads: 2 };
  for (const sliding_window of [null, 131_072]) {
    assertEquals(decoderConfigFromHf({ ...mistral, sliding_window }), {
      ...llama,
      maxPositionEmbeddings: 131_072,
    });
  }
  assertEquals(decoderConfigFromHf(mistral).slidingWindow, 4096);
  const code = { AutoConfig: "configuration_phi3.Phi3Config" };
  const phi3 = { ...HF_LLAMA, ...ids, model_type: "phi3", auto_map: code, embd_pdrop: 0 };
  assertEquals(decoderConfigFromHf({ ...phi3, sliding_window: 4096 }), {
    ...llama,
    ...{ rmsNormEps: 1e-5, maxPositionEmbeddings: 4096 },
  });
  assertEquals(decoderConfigFromHf({ ...phi3, sliding_window: 2047 }).slidingWindow, 2047);
  // 32 key heads, of which 2 heads are no multiple.
  assertThrows(
    () => decoderConfigFromHf({ ...HF_LLAMA, model_type: "qwen2" }),
    RangeError,
    "got 2 heads and 32 kv heads",
  );
});

Deno.test("decoderConfigFromHf() reads in which layers there is a window", () => {
  const layers = { num_hidden_layers: 3, num_key_value_heads: 2, use_sliding_window: true };
  const windowOf = (hf: object) => {
    const config = decoderConfigFromHf({ ...HF_LLAMA, ...layers, sliding_window: 16, ...hf });
    assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
    return [config.slidingWindow, config.layerTypes] as const;
  };
  const [full, sliding] = ["full_attention", "sliding_attention"] as const;
  for (const model_type of ["qwen2", "qwen3"]) {
    // The lower layers have none, by default 28 of them.
    assertEquals(windowOf({ model_type }), [undefined, undefined]);
    const types = [full, sliding, sliding] as const;
    assertEquals(windowOf({ model_type, max_window_layers: 1 }), [16, types]);
    assertEquals(windowOf({ model_type, max_window_layers: 0 }), [16, [sliding, sliding, sliding]]);
    assertEquals(windowOf({ model_type, layer_types: types }), [16, types]);
    const positions = { max_position_embeddings: 16, max_window_layers: 0 };
    assertEquals(windowOf({ model_type, ...positions }), [undefined, undefined]);
  }
  const smollm3 = { model_type: "smollm3", vocab_size: 16, bos_token_id: 0, pad_token_id: 0 };
  assertEquals(windowOf({ ...smollm3, no_rope_layers: [1, 0, 1] }), [16, [full, sliding, full]]);
  assertThrows(
    () => windowOf({ model_type: "qwen2", layer_types: [full, sliding] }),
    RangeError,
    "layerTypes must have one entry per layer: got 2 for 3 layers",
  );
});

/** As gemma-3-1b-it's, but for sizes. */
const GEMMA3 = {
  ...{
    model_type: "gemma3_text",
    architectures: ["Gemma3ForCausalLM"],
    cache_implementation: "hybrid",
  },
  ...{ vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 7 },
  ...{
    num_attention_heads: 4,
    num_key_value_heads: 1,
    head_dim: 4,
    max_position_embeddings: 32_768,
  },
  ...{ attention_bias: false, attention_dropout: 0, hidden_activation: "gelu_pytorch_tanh" },
  ...{ attn_logit_softcapping: null, final_logit_softcapping: null, query_pre_attn_scalar: 4 },
  ...{
    sliding_window: 512,
    sliding_window_pattern: 6,
    rms_norm_eps: 1e-6,
    initializer_range: 0.02,
  },
  ...{ rope_local_base_freq: 10_000, rope_scaling: null, rope_theta: 1_000_000 },
  ...{ bos_token_id: 2, eos_token_id: [1, 6], pad_token_id: 0, use_cache: true },
};

Deno.test("decoderConfigFromHf() reads Gemma 3, by the names of its publisher and by those of transformers 5", () => {
  const config = decoderConfigFromHf(GEMMA3);
  const [full, sliding] = ["full_attention", "sliding_attention"] as const;
  const layerTypes = [...new Array(5).fill(sliding), full, sliding];
  assertEquals(optionsIn(config), {
    ...{ qkNorm: "head", normPosition: "around", zeroCenteredNorm: true },
    ...{ hiddenActivation: "gelu_pytorch_tanh", scaledEmbedding: true, queryPreAttnScalar: 4 },
    ...{ layerTypes, slidingWindow: 512, ropeLocalBaseFreq: 10_000 },
  });
  assertEquals([config.ropeTheta, config.ropeScaling], [1e6, undefined]);
  assertEquals([config.tieWordEmbeddings, config.otherEosTokenIds], [true, [6]]);
  assertEquals(positionLimit(config).text, "32768 (maxPositionEmbeddings)");
  assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
  assertEquals("hidden_act" in decoderConfigToHf(config), false);
  const { rope_local_base_freq: _local, rope_scaling: _scaling, rope_theta: _theta, ...rest } =
    GEMMA3;
  assertEquals(decoderConfigFromHf(rest), config); // both bases are its defaults
  const scaled = { rope_type: "linear", factor: 8 };
  const nested = (local: object | null, full: object | null = scaled) =>
    decoderConfigFromHf({
      ...rest,
      rope_parameters: { full_attention: full, sliding_attention: local },
    });
  const ropeScaling = { ropeType: "linear", factor: 8 } as const;
  assertEquals(nested(null), { ...config, ropeScaling });
  assertEquals(decoderConfigFromHf({ ...GEMMA3, rope_scaling: scaled }), {
    ...config,
    ropeScaling,
  });
  assertEquals(nested({ rope_type: "default", rope_theta: 500 }, { rope_theta: 2000 }), {
    ...config,
    ...{ ropeTheta: 2000, ropeLocalBaseFreq: 500 },
  });
  for (
    const [change, message] of [
      [{ attn_logit_softcapping: 50 }, "only attn_logit_softcapping null is supported: got 50"],
      [{ final_logit_softcapping: 30 }, "only final_logit_softcapping null is supported: got 30"],
      [{ hidden_activation: "silu" }, 'only hidden_activation "gelu_pytorch_tanh" is supported'],
      [{ use_bidirectional_attention: true }, "only use_bidirectional_attention false"],
      [{ query_pre_attn_scalar: 0 }, "only query_pre_attn_scalar a positive number is supported"],
      [{ sliding_window_pattern: 0 }, "only sliding_window_pattern a positive integer"],
      [{ rope_parameters: { sliding_attention: scaled } }, "rope_parameters.sliding_attention of"],
      [{ rope_parameters: { sliding_attention: { rope_theta: -1 } } }, "a positive rope_theta"],
      [{ rope_parameters: { sliding_attention: { rope_theta: "5" } } }, "a positive rope_theta"],
      [{ rope_parameters: { sliding_attention: 5 } }, "a positive rope_theta"],
      [{ rope_parameters: { other: scaled } }, "rope_parameters.other is not known"],
      [{ layer_types: [full] }, "layerTypes must have one entry per layer: got 1 for 7 layers"],
    ] as const
  ) {
    assertThrows(() => decoderConfigFromHf({ ...rest, ...change }), RangeError, message);
  }
  assertThrows(
    () => decoderConfigFromHf({ ...GEMMA3, model_type: "gemma3" }), // reads pictures
    RangeError,
    "model_type must be one of",
  );
});

const GEMMA2 = {
  ...{ model_type: "gemma2", architectures: ["Gemma2ForCausalLM"], cache_implementation: "hybrid" },
  ...{ vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 3 },
  ...{ num_attention_heads: 4, num_key_value_heads: 2, head_dim: 4, max_position_embeddings: 8192 },
  ...{ attention_bias: false, attention_dropout: 0, query_pre_attn_scalar: 224 },
  ...{ hidden_act: "gelu_pytorch_tanh", hidden_activation: "gelu_pytorch_tanh" },
  ...{ attn_logit_softcapping: 50, final_logit_softcapping: 30, sliding_window: 4096 },
  ...{ rms_norm_eps: 1e-6, initializer_range: 0.02, rope_theta: 10_000, use_cache: true },
  ...{ bos_token_id: 2, eos_token_id: 1, pad_token_id: 0 },
};

Deno.test("decoderConfigFromHf() reads Gemma 2, whose every other layer has a window", () => {
  const config = decoderConfigFromHf(GEMMA2);
  const [full, sliding] = ["full_attention", "sliding_attention"] as const;
  assertEquals(optionsIn(config), {
    ...{ normPosition: "around", zeroCenteredNorm: true },
    ...{ hiddenActivation: "gelu_pytorch_tanh", scaledEmbedding: true, queryPreAttnScalar: 224 },
    ...{ attnLogitSoftcapping: 50, finalLogitSoftcapping: 30 },
    ...{ layerTypes: [sliding, full, sliding], slidingWindow: 4096 },
  });
  assertEquals([config.ropeTheta, config.tieWordEmbeddings], [10_000, true]);
  assertEquals(positionLimit(config).text, "8192 (maxPositionEmbeddings)");
  assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
  assertEquals(decoderConfigToHf(config)["model_type"], "gemma2");
  const { attn_logit_softcapping: _attn, final_logit_softcapping: _final, ...rest } = GEMMA2;
  assertEquals(decoderConfigFromHf(rest), config); // both caps are its defaults
  const { attnLogitSoftcapping: _own, ...uncapped } = config;
  const written = decoderConfigFromHf({ ...GEMMA2, attn_logit_softcapping: null });
  assertEquals(written, uncapped);
  assertEquals(decoderConfigFromHf(decoderConfigToHf(written)), written);
  for (
    const [change, message] of [
      [{ attn_logit_softcapping: 0 }, "only attn_logit_softcapping null or a positive number is"],
      [{ final_logit_softcapping: -30 }, "only final_logit_softcapping null or a positive number"],
      [{ hidden_act: "silu" }, 'only hidden_act "gelu_pytorch_tanh" is supported'],
      [{ use_bidirectional_attention: true }, "only use_bidirectional_attention false"],
      [{ sliding_window: 0 }, "only sliding_window null or a positive integer is supported"],
      [{ sliding_window: null }, "slidingWindow must be a positive integer: got null"],
      [{ rope_local_base_freq: 100 }, "rope_local_base_freq is not known"],
    ] as const
  ) {
    assertThrows(() => decoderConfigFromHf({ ...GEMMA2, ...change }), RangeError, message);
  }
});

Deno.test("positionLimit() is that of the positions, whatever the window", () => {
  for (const config of [tinyConfig(), tinyConfig({ slidingWindow: 8 })]) {
    assertEquals(positionLimit(config), {
      ...{ positions: 32, setting: "maxPositionEmbeddings", text: "32 (maxPositionEmbeddings)" },
    });
  }
});

Deno.test("createDecoderConfig() refuses windows and caps that leave nothing", () => {
  for (
    const key of ["slidingWindow", "attnLogitSoftcapping", "finalLogitSoftcapping"] as const
  ) {
    assertThrows(() => tinyConfig({ [key]: 0 }), RangeError, `${key} must be a positive`);
  }
});

Deno.test("decoderConfigToHf() writes the family that has the options", () => {
  const written = (options: Partial<DecoderConfig>) => {
    const hf = decoderConfigToHf(tinyConfig(options));
    return [hf["model_type"], hf["architectures"], hf["attention_bias"]];
  };
  assertEquals(written({}), ["llama", ["LlamaForCausalLM"], false]);
  assertEquals(written({ attentionBias: "qkvo" }), ["llama", ["LlamaForCausalLM"], true]);
  assertEquals(written({ attentionBias: "qkv" }), ["qwen2", ["Qwen2ForCausalLM"], undefined]);
  assertEquals(written({ qkNorm: "head" }), ["qwen3", ["Qwen3ForCausalLM"], false]);
  assertEquals(written({ qkNorm: "head", attentionBias: "qkvo" })[2], true);
  assertEquals(written({ noRopeLayers: [1, 0] }), ["smollm3", ["SmolLM3ForCausalLM"], false]);
  assertEquals(written({ qkNorm: "full", normPosition: "behind" }), [
    ...["olmo2", ["Olmo2ForCausalLM"], false],
  ]);
  assertEquals(written({ slidingWindow: 8 })[0], "mistral");
  const layerTypes = ["sliding_attention", "sliding_attention"] as const;
  assertEquals(written({ slidingWindow: 8, layerTypes, attentionBias: "qkv" })[0], "qwen2");
  assertEquals(written({ slidingWindow: 8, layerTypes })[0], "smollm3");
  assertThrows(
    () => written({ qkNorm: "head", attentionBias: "qkv" }),
    RangeError,
    'must be together in one of llama, qwen2, qwen3, smollm3, olmo2, mistral, phi3, gemma2, gemma3_text: got {"attentionBias":"qkv","qkNorm":"head"}',
  );
});
