import { SMALL_WORLD_VOCABULARY, SPECIAL_TOKENS } from "./small_world_vocabulary.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A piece of text: the opening of a box, a chat marker, a word, a number, or one sign. */
const PIECES = /\\boxed\{|<\|\w+\|>|[A-Za-z]+[0-9]*|[0-9]+|\S/g;

const IDS: ReadonlyMap<string, number> = new Map(
  SMALL_WORLD_VOCABULARY.map((text, id) => [text, id]),
);
const DROPPED: readonly boolean[] = SMALL_WORLD_VOCABULARY.map((text) => text.startsWith("<|"));
const IS_DIGIT: readonly boolean[] = SMALL_WORLD_VOCABULARY.map((text) => /^[0-9]$/.test(text));
const ZERO = IDS.get("0")!;
const BOX_OPENS = IDS.get("\\boxed{")!;
const BOX_CLOSES = IDS.get("}")!;

/**
 * The word-level tokenizer of the small world: one id for every word and every single digit.
 *
 * Words are separated by one space. A number below 10 is encoded with a leading zero (`7` is the ids
 * of `0` and `7`), so that solutions of one form have one length and copying one is an offset that
 * never changes: a tiny decoder learns it sooner. Neighbouring digits are joined again on decoding, so two
 * numbers must not stand next to each other: the texts of the small world always have a word or sign
 * between them.
 *
 * @example Round trip
 * ```ts
 * import { smallWorldTokenizer } from "./small_world_tokenizer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ids = smallWorldTokenizer.encode("23 + 4 = 27 . \\boxed{27}");
 * assertEquals(ids.length, 13);
 * assertEquals(smallWorldTokenizer.decode(ids), "23 + 4 = 27 . \\boxed{27}");
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
  const ids: number[] = [];
  for (const piece of text.match(PIECES) ?? []) {
    const id = IDS.get(piece);
    if (id !== undefined) {
      if (IS_DIGIT[id]) ids.push(ZERO);
      ids.push(id);
    } else if (piece[0]! >= "0" && piece[0]! <= "9") {
      for (const digit of piece) ids.push(IDS.get(digit)!);
    } else {
      throw new RangeError(
        `Cannot encode text as "${piece}" is not a word of the small world's vocabulary ` +
          `(see SMALL_WORLD_VOCABULARY): the text is "${excerpt(text, piece)}"`,
      );
    }
  }
  return Int32Array.from(ids);
}

function decodeSmallWorld(ids: ArrayLike<number>): string {
  let text = "";
  let number = "";
  let glued = true; // no space at the start, after an opened box and within a number
  for (let i = 0; i <= ids.length; i++) {
    const id = ids[i] ?? -1;
    // A marker or an id outside the vocabulary is dropped: a model's output is data.
    if (i < ids.length && (DROPPED[id] ?? true)) continue;
    if (IS_DIGIT[id]) {
      number += SMALL_WORLD_VOCABULARY[id];
      continue;
    }
    if (number !== "") {
      text += (glued ? "" : " ") + (/^0\d$/.test(number) ? number[1] : number);
      number = "";
      glued = false;
    }
    if (i === ids.length) break;
    text += (glued || id === BOX_CLOSES ? "" : " ") + SMALL_WORLD_VOCABULARY[id];
    glued = id === BOX_OPENS;
  }
  return text;
}

function excerpt(text: string, piece: string): string {
  const at = Math.max(0, text.indexOf(piece) - 30);
  return text.slice(at, at + 80);
}
