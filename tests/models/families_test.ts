import { assertEquals, assertThrows } from "@std/assert";
import {
  type DecoderConfig,
  decoderConfigFromHf,
  decoderConfigToHf,
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

Deno.test("positionLimit() names the window, where that is shorter than the positions", () => {
  const config = tinyConfig({ slidingWindow: 8 });
  assertEquals(positionLimit(config), {
    ...{ positions: 8, setting: "slidingWindow", text: "8 (slidingWindow)" },
  });
  assertEquals(positionLimit(tinyConfig()).text, "32 (maxPositionEmbeddings)");
  assertThrows(
    () => tinyConfig({ slidingWindow: 0 }),
    RangeError,
    "slidingWindow must be a positive integer: got 0",
  );
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
    'must be together in one of llama, qwen2, qwen3, smollm3, olmo2, mistral, phi3: got {"attentionBias":"qkv","qkNorm":"head"}',
  );
});
