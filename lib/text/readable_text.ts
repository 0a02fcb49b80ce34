import type { Tokenizer } from "./tokenizer.ts";

/** A text as far as a tokenizer can write it. */
export interface ReadableText {
  /** The text without the words that have no tokens. */
  readonly text: string;
  /** How many words were left out. */
  readonly leftOut: number;
}

/**
 * Leaves out the words that a tokenizer has no tokens for: another model may have written them. Words are
 * what spaces part; one that is known in part only, such as a number with an unknown sign, would mean
 * something else and goes as a whole.
 *
 * @param tokenizer Whose words are kept.
 * @param text Any text.
 * @returns The text, unchanged where all of it can be written.
 */
export function readableText(tokenizer: Tokenizer, text: string): ReadableText {
  if (idsOf(tokenizer, text)) return { text, leftOut: 0 };
  const known = new Map<string, boolean>();
  const words = text.split(/\s+/).filter((word) => word !== "");
  const kept = words.filter((word) => {
    const isKnown = known.get(word) ?? idsOf(tokenizer, word) !== undefined;
    known.set(word, isKnown);
    return isKnown;
  });
  return { text: kept.join(" "), leftOut: words.length - kept.length };
}

/**
 * Token ids of a text, as far as the tokenizer can write it.
 *
 * @param tokenizer Text to ids.
 * @param text Any text.
 * @returns Shape [T], the ids of what {@linkcode readableText} keeps.
 */
export function encodeReadableText(tokenizer: Tokenizer, text: string): Int32Array {
  return idsOf(tokenizer, text) ?? tokenizer.encode(readableText(tokenizer, text).text);
}

/** Undefined for a text that cannot be written. */
function idsOf(tokenizer: Tokenizer, text: string): Int32Array | undefined {
  try {
    return tokenizer.encode(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
