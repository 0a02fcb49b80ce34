import { Tokenizer as Engine } from "@huggingface/tokenizers";
import { smallWorldTokenizerJson } from "./small_world_tokenizer_json.ts";
import { SMALL_WORLD_VOCABULARY, SPECIAL_TOKENS, UNKNOWN_TOKEN } from "./small_world_vocabulary.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";

const ENGINE = new Engine(smallWorldTokenizerJson(), {
  unk_token: UNKNOWN_TOKEN,
  clean_up_tokenization_spaces: false,
});
const UNKNOWN = SMALL_WORLD_VOCABULARY.indexOf(UNKNOWN_TOKEN);
const IS_WORD: readonly boolean[] = SMALL_WORLD_VOCABULARY.map((text) => !text.startsWith("<|"));

/**
 * The word-level tokenizer of the small world: one id for every word and every single digit.
 *
 * Words are separated by one space. Numbers are written without spaces (`23` is the ids of `2` and
 * `3`), and neighbouring digits are joined again on decoding, so two numbers must not stand next to
 * each other: the texts of the small world always have a word or sign between them.
 *
 * @example Round trip
 * ```ts
 * import { smallWorldTokenizer } from "./small_world_tokenizer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = smallWorldTokenizer.encode("23 + 04 = 27 . \\boxed{27}");
 * assertEquals(ids.length, 13);
 * assertEquals(smallWorldTokenizer.decode(ids), "23 + 04 = 27 . \\boxed{27}");
 * ```
 */
export const smallWorldTokenizer: Tokenizer = Object.freeze({
  vocabSize: SMALL_WORLD_VOCABULARY.length,
  padTokenId: SPECIAL_TOKENS.indexOf("<|pad|>"),
  eosTokenId: SPECIAL_TOKENS.indexOf("<|end|>"),
  encode: encodeSmallWorld,
  decode: decodeSmallWorld,
});

function encodeSmallWorld(text: string): Int32Array {
  const { ids, tokens } = ENGINE.encode(text);
  const at = ids.indexOf(UNKNOWN);
  if (at >= 0) {
    const word = tokens[at]!;
    throw new RangeError(
      `Cannot encode text as "${word}" is not a word of the small world's vocabulary ` +
        `(see SMALL_WORLD_VOCABULARY): the text is "${excerpt(text, word)}"`,
    );
  }
  return Int32Array.from(ids);
}

function decodeSmallWorld(ids: ArrayLike<number>): string {
  // A marker or an id outside the vocabulary is dropped: a model's output is data.
  const words = Array.from(ids).filter((id) => IS_WORD[id]);
  return words.length === 0 ? "" : ENGINE.decode(words);
}

function excerpt(text: string, word: string): string {
  const at = Math.max(0, text.indexOf(word) - 30);
  return text.slice(at, at + 80);
}
