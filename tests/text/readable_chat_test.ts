import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeChat,
  encodeReadableChat,
  encodeReadableText,
  hfTokenizer,
  jinjaTemplate,
  readableText,
} from "../../lib/text/mod.ts";

/** Words of one letter each, in lower case; `unknown` names the token of all others. */
function letters(unknown?: string) {
  const vocab = Object.fromEntries(["a", "b", "c", "?", "[UNK]"].map((word, id) => [word, id]));
  return hfTokenizer({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, ...(unknown ? { unk_token: unknown } : {}) },
  }, { vocabSize: 8, padTokenId: 6, eosTokenId: 7 });
}

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
    assertEquals([...encodeReadableText(tokenizer, "a x c")], [0, 2]);
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
