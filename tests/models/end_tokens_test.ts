import { assertEquals, assertThrows } from "@std/assert";
import { decoderConfigFromHf, decoderConfigToHf } from "../../lib/models/mod.ts";

const HF = {
  model_type: "llama",
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  eos_token_id: 1,
};

Deno.test("decoderConfigFromHf() reads all tokens that end a response, of generation_config.json first", () => {
  const ends = (own: unknown, generated?: unknown) => {
    const { eosTokenId, otherEosTokenIds } = decoderConfigFromHf(
      { ...HF, eos_token_id: own },
      generated === undefined ? undefined : { eos_token_id: generated, temperature: 0.6 },
    );
    return [eosTokenId, otherEosTokenIds];
  };
  assertEquals(ends(3), [3, undefined]);
  assertEquals(ends([3]), [3, undefined]);
  assertEquals(ends([3, 5, 3]), [3, [5]]);
  assertEquals(ends(3, null), [3, undefined]);
  assertEquals(ends(3, [5, 3]), [3, [5]]); // Qwen2.5-Instruct
  assertEquals(ends([7, 3], [5, 3]), [3, [5]]);
  assertEquals(ends(3, 5), [5, undefined]);
  assertEquals(ends(null, [5, 4]), [5, [4]]);
  const config = decoderConfigFromHf({ ...HF, eos_token_id: [3, 5] });
  assertEquals(decoderConfigToHf(config)["eos_token_id"], [3, 5]);
  assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
  assertThrows(() => decoderConfigFromHf(HF, null), TypeError, "an object is expected: got null");
  assertThrows(() => ends([]), TypeError, "eos_token_id is missing");
  assertThrows(() => ends(["</s>"]), TypeError, 'a number or a list of them: got ["</s>"]');
});
