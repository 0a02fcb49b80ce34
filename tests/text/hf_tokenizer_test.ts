import { assertEquals, assertThrows } from "@std/assert";
import { hfTokenizer } from "../../lib/text/mod.ts";
import { sharedPath } from "../support/shared_data.ts";

Deno.test("hfTokenizer() refuses what is no tokenizer", () => {
  assertThrows(
    () => hfTokenizer({}, { vocabSize: 8, padTokenId: 0, eosTokenId: 1 }),
    TypeError,
    "tokenizer.json must describe one",
  );
});

const folder = sharedPath("data/tokenizers");
const golden = sharedPath("golden/tokenizers.json");

Deno.test({
  name: "hfTokenizer() reads real tokenizers as transformers does",
  ignore: folder === undefined || golden === undefined,
  fn() {
    const expected = JSON.parse(Deno.readTextFileSync(golden!));
    for (const name of Object.keys(expected)) {
      const json = (file: string) => JSON.parse(Deno.readTextFileSync(`${folder}/${name}/${file}`));
      const tokenizer = hfTokenizer(json("tokenizer.json"), {
        vocabSize: 200_000,
        padTokenId: 0,
        eosTokenId: 0,
        config: json("tokenizer_config.json"),
      });
      for (const { text, ids_no_special: ids } of expected[name].rows) {
        assertEquals([...tokenizer.encode(text)], ids, `${name}: ${JSON.stringify(text)}`);
      }
    }
  },
});
