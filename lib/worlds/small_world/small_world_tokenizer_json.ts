import { SMALL_WORLD_VOCABULARY, UNKNOWN_TOKEN } from "./small_world_vocabulary.ts";

/**
 * The small world's tokenizer in the format of Hugging Face's `tokenizer.json`: one id for every word,
 * sign and single digit. It is what runs here, and with it a checkpoint can be read elsewhere.
 *
 * @returns A new object, plain JSON.
 */
export function smallWorldTokenizerJson(): Record<string, unknown> {
  const markers = SMALL_WORLD_VOCABULARY.map((content, id) => ({ id, content }))
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
        // Puts spaces between tokens; no token has the prefix.
        { type: "WordPiece", prefix: "##", cleanup: false },
        { type: "Fuse" },
        replace("(?<=^\\d| \\d) (?=\\d(?: |$))", ""),
        replace("\\\\boxed\\{ ", "\\boxed{"),
        replace(" \\}", "}"),
      ],
    },
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(SMALL_WORLD_VOCABULARY.map((text, id) => [text, id])),
      unk_token: UNKNOWN_TOKEN,
    },
  };
}

function replace(regex: string, content: string): Record<string, unknown> {
  return { type: "Replace", pattern: { Regex: regex }, content };
}
