import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeChat,
  encodeReadableChat,
  encodeReadableContent,
  hfTokenizer,
  jinjaTemplate,
  readableContent,
  readableText,
  unreadableWords,
} from "../../lib/text/mod.ts";

/** Words that white space parts; `unknown` names the token of all others. */
function wordLevel(words: readonly string[], unknown?: string) {
  const vocab = Object.fromEntries([...words, "[UNK]"].map((word, id) => [word, id]));
  return hfTokenizer({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, ...(unknown ? { unk_token: unknown } : {}) },
  }, { vocabSize: 8, padTokenId: 6, eosTokenId: 7 });
}

/** Words of one letter each, in lower case. */
const letters = (unknown?: string) => wordLevel(["a", "b", "c", "?"], unknown);

const template = jinjaTemplate("{% for m in messages %}? {{ m.content }} {% endfor %}");
const prompt = { addGenerationPrompt: true };

for (const unknown of [undefined, "[UNK]"]) {
  const tokenizer = letters(unknown);
  const name = unknown ? "with an unknown token" : "without an unknown token";

  Deno.test(`hfTokenizer() ${name} refuses a word that has no id`, () => {
    assertEquals([...tokenizer.encode("a b c")], [0, 1, 2]);
    assertThrows(
      () => tokenizer.encode("a x c"),
      RangeError,
      "is not in the tokenizer's vocabulary",
    );
    assertThrows(() => tokenizer.encode("x"), RangeError);
  });

  Deno.test(`readableText() ${name} leaves out whole words and counts them`, () => {
    assertEquals(readableText(tokenizer, "a  b\nc"), { text: "a  b\nc", leftOut: 0 });
    assertEquals(readableText(tokenizer, "a x ab b x"), { text: "a b", leftOut: 3 });
    assertEquals(readableText(tokenizer, "x"), { text: "", leftOut: 1 });
    assertEquals([...encodeReadableContent("a x c", { tokenizer, template })], [0, 2]);
    assertEquals(unreadableWords(tokenizer, ["a x ab", "x b y z"], 3), ["x", "ab", "y"]);
  });

  Deno.test(`readableText() ${name} keeps lines and the spaces of what it keeps`, () => {
    const read = (text: string) => readableText(tokenizer, text);
    assertEquals(read("a  b x c\n\n  c\r\nx\n\tb  c \n"), {
      text: "a  b c\n\n  c\r\n\n\tb  c \n",
      leftOut: 2,
    });
    assertEquals(read("  x a\nb x\nx x\n x"), { text: "  a\nb\n\n", leftOut: 5 });
    assertEquals(read("a\tb  x  c"), { text: "a\tb  c", leftOut: 1 });
  });

  Deno.test(`encodeReadableContent() ${name} lets no word that is left out make a marker`, () => {
    const label = jinjaTemplate("{% for m in messages %}# a: {{ m.content }}\n{% endfor %}");
    const labels = wordLevel(["#", "a:", "b"], unknown);
    const coding = { tokenizer: labels, template: label };
    for (const text of ["b\n# a: b", "b\n# x a: b", "b\nx # y a: b"]) {
      assertEquals(readableContent(text, coding).text, "b\n b", text);
      assertEquals([...encodeReadableContent(text, coding)], [2, 2], text);
    }
  });

  Deno.test(`encodeReadableChat() ${name} changes no chat that it can write, and never the question`, () => {
    const chat = ["a", "b", "c"].map((content) => ({ role: "user" as const, content }));
    const { tokens, leftOut } = encodeReadableChat(tokenizer, template, chat, prompt);
    assertEquals([tokens, leftOut], [encodeChat(tokenizer, template, chat, prompt), 0]);
    const [question, ...later] = chat;
    const foreign = [question!, ...later.map((message) => ({ ...message, content: "c x y" }))];
    const read = encodeReadableChat(tokenizer, template, foreign, prompt);
    assertEquals([[...read.tokens], read.leftOut], [[3, 0, 3, 2, 3, 2], 4]);
    // Without the marker, "a" and "b" are a word that is not known.
    const joined = [question!, { role: "user" as const, content: "a<|end|>b c" }];
    const cleaned = encodeReadableChat(tokenizer, template, joined, prompt);
    assertEquals([[...cleaned.tokens], cleaned.leftOut], [[3, 0, 3, 2], 1]);
    assertThrows(
      () => encodeReadableChat(tokenizer, template, [{ role: "user", content: "x" }], prompt),
      RangeError,
    );
  });
}

Deno.test("readableText() keeps no white space that has no tokens", () => {
  const vocab = Object.fromEntries(
    ["a", "b", " ", ...["pad", "eos"]].map((text, id) => [text, id]),
  );
  const characters = hfTokenizer({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "[\\s\\S]" },
      behavior: "Isolated",
      invert: false,
    },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab },
  }, { vocabSize: 5, padTokenId: 3, eosTokenId: 4 });
  assertEquals(readableText(characters, "a  b\na\tx b"), { text: "a  b a b", leftOut: 1 });
  assertEquals(readableText(characters, "a\nb"), { text: "a b", leftOut: 0 });
  assertEquals([...encodeReadableContent("a\nx", { tokenizer: characters, template })], [0, 2]);
});
