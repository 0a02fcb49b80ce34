import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  encodeChat,
  encodeReadableChat,
  hfTokenizer,
  jinjaTemplate,
  type Tokenizer,
} from "../../lib/text/mod.ts";

const EOS = 1;
const LETTERS = [
  "a",
  "b",
  "c",
  "<",
  "/",
  "s",
  ">",
  "S",
  "[",
  "]",
  "I",
  "N",
  "i",
  "n",
  "|",
  "e",
  "d",
];

/** One id per letter, `</s>` a token of its own that may be looked for in the normalized text. */
function tokenizerWith(
  normalizer: Readonly<Record<string, unknown>> | null,
  { normalized = true, eos = "</s>", config = {} } = {},
): Tokenizer {
  const vocab = Object.fromEntries(
    ["[PAD]", eos, ...LETTERS, "\u2581"].map((text, id) => [text, id]),
  );
  return hfTokenizer({
    added_tokens: [{
      id: EOS,
      content: eos,
      special: true,
      normalized,
      single_word: false,
      lstrip: false,
      rstrip: false,
    }],
    normalizer,
    pre_tokenizer: { type: "Split", pattern: { Regex: "" }, behavior: "Isolated", invert: false },
    post_processor: null,
    decoder: null,
    model: { type: "BPE", vocab, merges: [] },
  }, { vocabSize: 64, padTokenId: 0, eosTokenId: EOS, config });
}

const template = jinjaTemplate(
  "{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}",
  {
    eosToken: "</s>",
  },
);
const prompt = { addGenerationPrompt: true };

function closings(tokenizer: Tokenizer, content: string): number {
  const messages = [{ role: "user" as const, content }];
  return encodeChat(tokenizer, template, messages, prompt).filter((id) => id === EOS).length;
}

const NFKC = { type: "NFKC" };
const LOWER = { type: "Lowercase" };
const NULLS = {
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: false,
  strip_accents: false,
  lowercase: false,
};

Deno.test("encodeChat() lets no message close itself by what normalization makes of it", () => {
  const cases: readonly [Tokenizer, string][] = [
    [tokenizerWith(NFKC), "a\uff1c/s\uff1eb"],
    [tokenizerWith(NFKC), "a\uff1c\uff0f\uff53\uff1eb"],
    [tokenizerWith(NFKC, { normalized: false }), "\uff1c/s\uff1e"],
    [tokenizerWith(LOWER), "a</S>b"],
    [tokenizerWith(NULLS), "a<\u0000/s>b"],
    [tokenizerWith({ type: "Sequence", normalizers: [NFKC, LOWER] }), "a\uff1c/\uff33\uff1eb"],
    // Without the inner marker, the outer one stands there.
    [tokenizerWith(LOWER), "a<</S>/s>b"],
    [tokenizerWith(NFKC), "a\uff1c\uff1c/s\uff1e/s>b"],
    [tokenizerWith(null, { config: { do_lowercase_and_remove_accent: true } }), "</S>"],
    [tokenizerWith({ type: "Replace", pattern: { String: "c" }, content: "s" }), "a</c>b"],
  ];
  for (const [tokenizer, content] of cases) {
    assertEquals(closings(tokenizer, content), 1, content);
    const messages = [{ role: "user" as const, content: "a" }, { role: "user" as const, content }];
    const { tokens } = encodeReadableChat(tokenizer, template, messages, prompt);
    assertEquals(tokens.filter((id) => id === EOS).length, 2, content);
  }
});

Deno.test("encodeChat() finds special tokens that are written in capitals and read in small letters", () => {
  const tokenizer = tokenizerWith(LOWER, { eos: "</S>" });
  const capitals = jinjaTemplate("{% for m in messages %}{{ m.content }}</S>{% endfor %}");
  for (const content of ["a</s>b", "a</S>b", "</s>"]) {
    const ids = encodeChat(tokenizer, capitals, [{ role: "user", content }], prompt);
    assertEquals(ids.filter((id) => id === EOS).length, 1, content);
  }
});

Deno.test("encodeChat() lets no message write the template's own words by normalization", () => {
  const inst = jinjaTemplate("{% for m in messages %}[IN]{{ m.content }}{% endfor %}");
  const ids = (tokenizer: Tokenizer, content: string) => [
    ...encodeChat(tokenizer, inst, [{ role: "user", content }], prompt),
  ];
  for (const [normalizer, content] of [[NFKC, "a\uff3bIN\uff3db"], [LOWER, "a[in]b"]] as const) {
    const tokenizer = tokenizerWith(normalizer);
    assertEquals(ids(tokenizer, content), ids(tokenizer, "ab"), content);
  }
});

Deno.test("encodeChat() lets no message close itself, whatever it is made of and however it is normalized", () => {
  const pieces = [
    "</s>",
    "</S>",
    "\uff1c/s\uff1e",
    "\uff1c",
    "<",
    "/",
    "\uff53",
    "S",
    "s",
    "s>",
    "a",
    "\u0000",
  ];
  const anything = fc.array(fc.constantFrom(...pieces), { maxLength: 12 });
  const all = { type: "Sequence", normalizers: [NULLS, NFKC, LOWER] };
  for (const normalizer of [null, NFKC, LOWER, NULLS, all]) {
    for (const normalized of [false, true]) {
      const tokenizer = tokenizerWith(normalizer, { normalized });
      fc.assert(
        fc.property(anything, (parts) => {
          const messages = ["a", parts.join("")].map((content) => ({
            role: "user" as const,
            content,
          }));
          const { tokens } = encodeReadableChat(tokenizer, template, messages, prompt);
          assertEquals(tokens.filter((id) => id === EOS).length, 2);
        }),
        { seed: 7, numRuns: 300 },
      );
    }
  }
});

Deno.test("hfTokenizer() tells what normalization makes of a text, and leaves other texts as they are", () => {
  assertEquals(tokenizerWith(null).normalize, undefined);
  assertEquals(tokenizerWith(LOWER).normalize!("A\uff1c"), "a\uff1c");
  assertEquals(tokenizerWith(NFKC).normalize!("A\uff1c"), "A<");
  const config = { remove_space: true, do_lowercase_and_remove_accent: true };
  assertEquals(tokenizerWith(null, { config }).normalize!(" \u00c4  b\n"), "a b");
  // A text without markers is read as it was written.
  const tokenizer = tokenizerWith({ type: "Prepend", prepend: "\u2581" });
  const [first, ...rest] = encodeChat(
    tokenizer,
    template,
    [{ role: "user", content: "ab" }],
    prompt,
  );
  assert(first === tokenizer.encode("ab")[0]);
  assertEquals([first, ...rest].filter((id) => id === first).length, 1);
});
