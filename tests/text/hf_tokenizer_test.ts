import { assertEquals, assertThrows } from "@std/assert";
import { hfTokenizer } from "../../lib/text/mod.ts";
import { byteTokenizer } from "../support/byte_model.ts";
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

Deno.test("hfTokenizer() refuses ids that are none before it makes lists as long as them", () => {
  const options = { vocabSize: 300, padTokenId: 256, eosTokenId: 258 };
  const make = (change: (json: Damaged) => void) => () => {
    const json = structuredClone(byteTokenizer([])) as unknown as Damaged;
    change(json);
    return hfTokenizer(json as never, options);
  };
  make(() => {})();
  const cases: [unknown, string][] = [
    [-158, 'whole numbers from 0: that of "5" is -158'],
    [0.5, 'that of "5" is 0.5'],
    ["7", 'that of "5" is "7"'],
    [null, 'that of "5" is null'],
    [1e9, "below the model's vocabulary of 300: the largest is 1000000000"],
  ];
  for (const [id, message] of cases) {
    assertThrows(make(({ model }) => model.vocab["5"] = id), TypeError, message);
  }
  assertThrows(make(({ added_tokens: added }) => added[1]!.id = 1e9), TypeError, "largest is 1000");
  assertThrows(make(({ added_tokens: added }) => added[1]!.id = -1), TypeError, "is -1");
});

/** The parts of a `tokenizer.json` that are damaged. */
interface Damaged {
  readonly model: { readonly vocab: Record<string, unknown> };
  readonly added_tokens: { id: unknown }[];
}
