/**
 * The small world's words in pieces: another vocabulary for the same texts, as base models of different families
 * have.
 *
 * @module
 */
import { SMALL_WORLD_VOCABULARY, SPECIAL_TOKENS, UNKNOWN_TOKEN } from "./small_world_vocabulary.ts";

/** What a piece begins with that goes on with a word, as in WordPiece. */
export const CONTINUATION = "##";

/** Stem and ending: plurals, comparatives, numbered speakers, the longer labels. */
const STEM_AND_ENDING = /^([a-z]{3,})(s|er|al|ion|ful|ment|[1-8])$/;
/** What ends so by chance. */
const WHOLE: ReadonlySet<string> = new Set(["guess"]);

/** A word is one piece, or its stem and its ending. */
function piecesOf(word: string): string[] {
  const [, stem, ending] = WHOLE.has(word) ? [] : STEM_AND_ENDING.exec(word) ?? [];
  return stem === undefined ? [word] : [stem, CONTINUATION + ending];
}

/**
 * Every piece's text; the index is the id. They are in alphabetical order, the markers last, so that nearly no
 * id means here what it means in `SMALL_WORLD_VOCABULARY`. A new word moves the ids: base models that are
 * committed keep their own tokenizer, and would come out otherwise when made again.
 */
export const SMALL_WORLD_PIECES: readonly string[] = [
  ...new Set(
    SMALL_WORLD_VOCABULARY.filter((word) => !word.startsWith("<|")).flatMap(piecesOf).sort(),
  ),
  UNKNOWN_TOKEN,
  ...SPECIAL_TOKENS,
];
