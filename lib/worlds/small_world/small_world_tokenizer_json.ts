import { CONTINUATION, SMALL_WORLD_PIECES } from "./small_world_pieces.ts";
import { SMALL_WORLD_VOCABULARY, UNKNOWN_TOKEN } from "./small_world_vocabulary.ts";

/** How a base model of the small world splits its texts. */
export type SmallWorldTokenizer = "words" | "pieces";

/** Every token's text, by its id. */
export const SMALL_WORLD_TOKENS: Readonly<Record<SmallWorldTokenizer, readonly string[]>> = {
  words: SMALL_WORLD_VOCABULARY,
  pieces: SMALL_WORLD_PIECES,
};

/**
 * The small world's tokenizer in the format of Hugging Face's `tokenizer.json`: one id for every word, sign
 * and single digit, or stem and ending apart. It is what runs here, and with it a checkpoint can be read
 * elsewhere.
 *
 * @param tokens How words are split: not at all (`WordLevel`), or in pieces (`WordPiece`, the longest first).
 * @returns A new object, plain JSON.
 */
export function smallWorldTokenizerJson(
  tokens: SmallWorldTokenizer = "words",
): Record<string, unknown> {
  const texts = SMALL_WORLD_TOKENS[tokens];
  const markers = texts.map((content, id) => ({ id, content }))
    .filter(({ content }) => content.startsWith("<|"));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: markers.map((marker) => ({
      ...marker,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    // What is found is a token: the opening of a box, a marker, a word (maybe numbered), or any other sign.
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "\\\\boxed\\{|<\\|\\w+\\|>|[A-Za-z]+[0-9]*|\\S" },
      behavior: "Removed",
      invert: true,
    },
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        // Puts spaces between tokens, but for those that go on with a word.
        { type: "WordPiece", prefix: CONTINUATION, cleanup: false },
        { type: "Fuse" },
        replace("(?<=^\\d| \\d) (?=\\d(?: |$))", ""),
        replace("\\\\boxed\\{ ", "\\boxed{"),
        replace(" \\}", "}"),
      ],
    },
    model: {
      ...(tokens === "words" ? { type: "WordLevel" } : {
        type: "WordPiece",
        continuing_subword_prefix: CONTINUATION,
        max_input_chars_per_word: 100,
      }),
      vocab: Object.fromEntries(texts.map((text, id) => [text, id])),
      unk_token: UNKNOWN_TOKEN,
    },
  };
}

function replace(regex: string, content: string): Record<string, unknown> {
  return { type: "Replace", pattern: { Regex: regex }, content };
}
