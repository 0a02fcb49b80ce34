import { SMALL_WORLD_VOCABULARY, SPECIAL_TOKENS } from "./small_world_vocabulary.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A piece of text: the opening of a box, a chat marker, a word, one digit, or one sign. */
const PIECES = /\\boxed\{|<\|\w+\|>|[A-Za-z]+[0-9]*|\S/g;

const IDS: ReadonlyMap<string, number> = new Map(
  SMALL_WORLD_VOCABULARY.map((text, id) => [text, id]),
);
const DROPPED: readonly boolean[] = SMALL_WORLD_VOCABULARY.map((text) => text.startsWith("<|"));
const IS_DIGIT: readonly boolean[] = SMALL_WORLD_VOCABULARY.map((text) => /^[0-9]$/.test(text));
const BOX_OPENS = IDS.get("\\boxed{")!;
const BOX_CLOSES = IDS.get("}")!;

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
  const pieces = text.match(PIECES) ?? [];
  return Int32Array.from(pieces, (piece) => {
    const id = IDS.get(piece);
    if (id === undefined) {
      throw new RangeError(
        `Cannot encode text as "${piece}" is not a word of the small world's vocabulary ` +
          `(see SMALL_WORLD_VOCABULARY): the text is "${excerpt(text, piece)}"`,
      );
    }
    return id;
  });
}

function decodeSmallWorld(ids: ArrayLike<number>): string {
  let text = "";
  let previous = -1;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    // A marker or an id outside the vocabulary is dropped: a model's output is data.
    if (DROPPED[id] ?? true) continue;
    const joined = previous === -1 || previous === BOX_OPENS || id === BOX_CLOSES ||
      (IS_DIGIT[id] && IS_DIGIT[previous]);
    text += joined ? SMALL_WORLD_VOCABULARY[id] : ` ${SMALL_WORLD_VOCABULARY[id]}`;
    previous = id;
  }
  return text;
}

function excerpt(text: string, piece: string): string {
  const at = Math.max(0, text.indexOf(piece) - 30);
  return text.slice(at, at + 80);
}
