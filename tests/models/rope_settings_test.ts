import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type DecoderConfig,
  decoderConfigFromHf,
  decoderConfigToHf,
  positionLimit,
} from "../../lib/models/mod.ts";
import { HF_LLAMA } from "../support/hf_llama.ts";

Deno.test("decoderConfigFromHf() reads the rotary base where transformers 5 writes it", () => {
  const rope = { rope_type: "default", rope_theta: 777 };
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, rope_parameters: rope }).ropeTheta, 777);
});

Deno.test("decoderConfigFromHf() reads scaled rotary frequencies, and decoderConfigToHf() writes them", () => {
  // Of Llama 3.2.
  const rope = {
    rope_type: "llama3",
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  };
  const config = decoderConfigFromHf({ ...HF_LLAMA, rope_scaling: rope });
  assertEquals(config.ropeScaling, {
    ropeType: "llama3",
    factor: 32,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositionEmbeddings: 8192,
  });
  assertEquals(decoderConfigToHf(config)["rope_scaling"], rope);
  assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
  const newer = {
    ...HF_LLAMA,
    rope_theta: undefined,
    rope_parameters: { ...rope, rope_theta: 500_000 },
  };
  const { ropeTheta, ropeScaling } = decoderConfigFromHf(newer);
  assertEquals([ropeTheta, ropeScaling], [500_000, config.ropeScaling]);
  const old = { type: "linear", factor: 2 };
  assertEquals(decoderConfigFromHf({ ...HF_LLAMA, rope_scaling: old }).ropeScaling, {
    ropeType: "linear",
    factor: 2,
  });
});

const LONG_ROPE = { type: "longrope", short_factor: [1, 1.5], long_factor: [2, 8] };

Deno.test("decoderConfigFromHf() reads LongRoPE as transformers does, and limits texts to its short factors", () => {
  const positions = { max_position_embeddings: 131_072, original_max_position_embeddings: 4096 };
  const phi3 = { ...HF_LLAMA, ...positions, model_type: "phi3", bos_token_id: 0, pad_token_id: 0 };
  const read = (hf: Record<string, unknown>, rope: object = {}) => {
    const config = decoderConfigFromHf({ ...hf, rope_scaling: { ...LONG_ROPE, ...rope } });
    assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
    return config;
  };
  const config = read(phi3);
  assertEquals(config.ropeScaling, {
    ropeType: "longrope",
    shortFactor: [1, 1.5],
    longFactor: [2, 8],
    originalMaxPositionEmbeddings: 4096,
    // 131,072 / 4096 is 2⁵, and 4096 is 2¹²: √(1 + 5/12).
    attentionFactor: Math.sqrt(1 + Math.log(32) / Math.log(4096)),
  });
  assertEquals(positionLimit(config).text, "4096 (originalMaxPositionEmbeddings)");
  const factorOf = ({ ropeScaling }: DecoderConfig) =>
    ropeScaling?.ropeType === "longrope" ? ropeScaling.attentionFactor : undefined;
  assertAlmostEquals(factorOf(config)!, Math.sqrt(17 / 12), 1e-12);
  assertEquals(factorOf(read(phi3, { attention_factor: 1.25 })), 1.25);
  assertAlmostEquals(factorOf(read(phi3, { factor: 8 }))!, Math.sqrt(1 + 3 / 12), 1e-12);
  // What Phi-3 says beside them counts, elsewhere what they say.
  assertEquals(read(phi3, { original_max_position_embeddings: 16 }), config);
  const llama = { ...HF_LLAMA, max_position_embeddings: 64 };
  const inside = read(llama, { original_max_position_embeddings: 16 });
  assertEquals(positionLimit(inside).positions, 16);
  assertEquals(positionLimit(read(llama)).text, "64 (maxPositionEmbeddings)");
  assertEquals(factorOf(read(llama)), 1);
});
