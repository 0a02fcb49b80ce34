import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { StopText, TokenText } from "../../lib/serving/mod.ts";
import { loadModelText } from "../../lib/models/mod.ts";
import { hfTokenizer } from "../../lib/text/mod.ts";
import { sharedPath } from "../support/shared_data.ts";

/** A tokenizer whose tokens are bytes. */
const bytes = {
  decode: (ids: ArrayLike<number>) => new TextDecoder().decode(Uint8Array.from(ids)),
};

/** What is given out for each token, the rest at the end. */
function piecesOf(tokenizer: { decode(ids: ArrayLike<number>): string }, ids: Iterable<number>) {
  const text = new TokenText(tokenizer);
  return [...Array.from(ids, (id) => text.push(id)), text.finish()];
}

const TEXT = "Zürich 東京 🇨🇭 👩‍👩‍👧 é = e\u0301, ﷽ and 𝒳. ";

Deno.test("TokenText never splits a character whose bytes are several tokens", () => {
  const ids = new TextEncoder().encode(TEXT);
  const pieces = piecesOf(bytes, ids);
  assertEquals(pieces.join(""), TEXT);
  for (const piece of pieces) {
    assert(piece.isWellFormed() && !piece.includes("\ufffd"), JSON.stringify(piece));
  }
  assert(pieces.filter((piece) => piece === "").length > 20, "most bytes complete nothing");
});

Deno.test("TokenText gives out the text of all tokens, whatever bytes they are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 700 }), (ids) => {
    const pieces = piecesOf(bytes, ids);
    assertEquals(pieces.join(""), bytes.decode(ids));
    assert(pieces.every((piece) => piece.isWellFormed()));
  }));
});

Deno.test("TokenText gives out the text of an answer that is longer than what it decodes at once", () => {
  const long = TEXT.repeat(40);
  let longest = 0;
  const counting = {
    decode(ids: ArrayLike<number>) {
      longest = Math.max(longest, ids.length);
      return bytes.decode(ids);
    },
  };
  assertEquals(piecesOf(counting, new TextEncoder().encode(long)).join(""), long);
  assert(longest < 70, `${longest} tokens were decoded at once`);
});

Deno.test("TokenText holds back a space that a later token takes away", () => {
  // As tokenizers do that clean up before signs and short forms.
  const words = ["I", " do", " n't", " know", " .", " We", " 've", " no", " n", " ' ", "x"];
  const cleaned = {
    decode: (ids: ArrayLike<number>) =>
      Array.from(ids, (id) => words[id]).join("").replace(/ \./g, ".").replace(/ ' /g, "'")
        .replace(/ n't/g, "n't").replace(/ 've/g, "'ve"),
  };
  const ids = words.keys().toArray();
  assertEquals(piecesOf(cleaned, ids).join(""), cleaned.decode(ids));
  assertEquals(cleaned.decode(ids), "I don't know. We've no n'x");
});

Deno.test("TokenText goes on when a tokenizer takes back what it gave out", () => {
  const piecesOfTexts = (texts: readonly string[]) =>
    piecesOf({ decode: ({ length }) => texts[length - 1] ?? "" }, texts.map(() => 0));
  assertEquals(piecesOfTexts(["a", "", "ab", "xb"]), ["a", "", "b", "", ""]);
  // It is not waited for until the end of the answer.
  const changed = Array.from({ length: 12 }, (_, i) => `x${"🙂".repeat(i)}`);
  const pieces = piecesOfTexts(["ab", ...changed]);
  assertEquals(pieces.join(""), `ab${"🙂".repeat(10)}`);
  assert(pieces.every((piece) => piece.isWellFormed()));
  assert(pieces.slice(-4, -1).every((piece) => piece !== ""), "the stream has gone on");
});

Deno.test("TokenText gives the text of the small world's tokenizer", async () => {
  const { tokenizer } = await loadModelText("data/checkpoints/arithmetic/base");
  const ids = Array.from({ length: 600 }, (_, i) => (i * 37) % tokenizer.vocabSize);
  assertEquals(piecesOf(tokenizer, ids).join(""), tokenizer.decode(ids));
});

const folder = sharedPath("data/tokenizers");

Deno.test({
  name: "TokenText gives the text of real tokenizers, for texts and for any tokens",
  ignore: folder === undefined,
  fn() {
    for (const name of ["smollm2", "qwen2.5", "phi-3-mini"]) {
      const json = (file: string) => JSON.parse(Deno.readTextFileSync(`${folder}/${name}/${file}`));
      const tokenizer = hfTokenizer(json("tokenizer.json"), {
        vocabSize: 200_000,
        padTokenId: 0,
        eosTokenId: 0,
        config: {
          ...json("tokenizer_config.json"),
          clean_up_tokenization_spaces: name === "smollm2",
        },
      });
      const long = TEXT.repeat(5);
      const ids = tokenizer.encode(long);
      assert(ids.length > 150, "far longer than what is decoded at once");
      const pieces = piecesOf(tokenizer, ids);
      assertEquals(pieces.join(""), tokenizer.decode(ids), name);
      assert(pieces.every((piece) => piece.isWellFormed() && !piece.includes("\ufffd")), name);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 3, max: 30_000 }), { maxLength: 150 }), (any) => {
          assertEquals(piecesOf(tokenizer, any).join(""), tokenizer.decode(any));
        }),
        { numRuns: 20, seed: 3 },
      );
    }
  },
});

Deno.test("StopText ends before the first stop, however the text is cut into pieces", () => {
  const stops = ["###", "END", "🙂!"];
  const cases: [string, string, boolean][] = [
    ["a b END c ###", "a b ", true],
    ["a # b ## c", "a # b ## c", false],
    ["END", "", true],
    ["EN 🙂 🙂! x", "EN 🙂 ", true],
    ["a EN", "a EN", false],
    ["EENDD", "E", true],
    ["", "", false],
  ];
  for (const [text, expected, isStopped] of cases) {
    const characters = [...text];
    for (let size = 1; size <= characters.length + 1; size++) {
      const stop = new StopText(stops);
      let given = "";
      for (let at = 0; at < characters.length; at += size) {
        given += stop.push(characters.slice(at, at + size).join(""));
      }
      assertEquals([given + stop.finish(), stop.isStopped], [expected, isStopped]);
    }
  }
});
