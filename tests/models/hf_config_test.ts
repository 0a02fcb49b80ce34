import { assertEquals, assertThrows } from "@std/assert";
import { decoderConfigFromHf, decoderConfigToHf } from "../../lib/models/mod.ts";
import { tinyConfig } from "../support/decoders.ts";

const HF = {
  model_type: "llama",
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  eos_token_id: 1,
};

Deno.test("decoderConfigFromHf() reads back what decoderConfigToHf() writes", () => {
  const config = tinyConfig({ bosTokenId: 2, tieWordEmbeddings: true });
  assertEquals(decoderConfigFromHf(JSON.parse(JSON.stringify(decoderConfigToHf(config)))), config);
});

Deno.test("decoderConfigFromHf() reads Hugging Face's keys and ignores those that change nothing", () => {
  const config = decoderConfigFromHf({
    ...HF,
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
  assertEquals(decoderConfigFromHf(HF).padTokenId, 1);
  assertEquals(decoderConfigFromHf({ ...HF, pad_token_id: null }).padTokenId, 1);
  assertEquals(decoderConfigFromHf({ ...HF, pad_token_id: -1 }).padTokenId, 1);
});

Deno.test("decoderConfigFromHf() reads the rotary base where transformers 5 writes it", () => {
  const rope = { rope_type: "default", rope_theta: 777 };
  assertEquals(decoderConfigFromHf({ ...HF, rope_parameters: rope }).ropeTheta, 777);
});

Deno.test("decoderConfigFromHf() refuses what the decoder does not compute", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ model_type: "qwen3" }, `model_type must be one of llama: got "qwen3"`],
    [{ model_type: undefined }, "model_type must be one of llama: got undefined"],
    [{ hidden_act: "gelu" }, `only hidden_act "silu" is supported: got "gelu"`],
    [{ attention_bias: true }, "only attention_bias false is supported: got true"],
    [{ rope_scaling: { rope_type: "llama3" } }, "only rope_scaling null is supported"],
    [{ rope_parameters: { rope_type: "yarn" } }, `only rope_type "default" is supported`],
    [{ eos_token_id: [1, 2] }, "one eos_token_id is supported: got [1,2]"],
    [{ num_attention_heads: 3 }, "hiddenSize must be a multiple of numAttentionHeads"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => decoderConfigFromHf({ ...HF, ...change }), RangeError, message);
  }
});

Deno.test("decoderConfigFromHf() names missing keys and wrong types", () => {
  assertThrows(() => decoderConfigFromHf([]), TypeError, "an object is expected");
  assertThrows(
    () => decoderConfigFromHf({ ...HF, vocab_size: undefined }),
    TypeError,
    "vocab_size is missing",
  );
  assertThrows(
    () => decoderConfigFromHf({ ...HF, hidden_size: "8" }),
    TypeError,
    `hidden_size must be a number: got "8"`,
  );
  assertThrows(
    () => decoderConfigFromHf({ ...HF, tie_word_embeddings: 1 }),
    TypeError,
    "tie_word_embeddings must be a boolean: got 1",
  );
});
