import { assertEquals, assertThrows } from "@std/assert";
import { decoderConfigFromHf, decoderConfigToHf } from "../../lib/models/mod.ts";
import { HF_LLAMA } from "../support/hf_llama.ts";

Deno.test("decoderConfigFromHf() reads all tokens that end a response, of generation_config.json first", () => {
  const ends = (own: unknown, generated?: unknown) => {
    const { eosTokenId, otherEosTokenIds } = decoderConfigFromHf(
      { ...HF_LLAMA, eos_token_id: own },
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
  const config = decoderConfigFromHf({ ...HF_LLAMA, eos_token_id: [3, 5] });
  assertEquals(decoderConfigToHf(config)["eos_token_id"], [3, 5]);
  assertEquals(decoderConfigFromHf(decoderConfigToHf(config)), config);
  assertThrows(
    () => decoderConfigFromHf(HF_LLAMA, null),
    TypeError,
    "an object is expected: got null",
  );
  assertThrows(() => ends([]), TypeError, "eos_token_id is missing");
  assertThrows(() => ends(["</s>"]), TypeError, 'a number or a list of them: got ["</s>"]');
});
