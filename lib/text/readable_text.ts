import type { Tokenizer } from "./tokenizer.ts";

/** A text as far as a tokenizer can write it. */
export interface ReadableText {
  /** The text without the words that have no tokens. */
  readonly text: string;
  /** How many words were left out. */
  readonly leftOut: number;
}

/** A word of a line and the spaces before it. */
const WORDS = /(\s*)(\S+)/g;

/**
 * Leaves out the words that a tokenizer has no tokens for: another model may have written them. Words are
 * what white space parts; one that is known in part only, such as a number with an unknown sign, would mean
 * something else and goes as a whole. Lines stay lines, and the spaces between other words stay, but for
 * those that have no tokens either.
 *
 * @param tokenizer Whose words are kept.
 * @param text Any text.
 * @returns The text, unchanged where all of it can be written.
 */
export function readableText(tokenizer: Tokenizer, text: string): ReadableText {
  if (idsOf(tokenizer, text)) return { text, leftOut: 0 };
  const known = new Map<string, boolean>();
  const isKnown = (part: string) => {
    const isNow = known.get(part) ?? idsOf(tokenizer, part) !== undefined;
    known.set(part, isNow);
    return isNow;
  };
  let leftOut = 0;
  const kept = text.replaceAll(/[^\r\n]+/g, (line) => {
    const words = [...line.matchAll(WORDS)] as unknown as (readonly [string, string, string])[];
    const ofLine = words.filter(([, , word]) => isKnown(word));
    leftOut += words.length - ofLine.length;
    if (words.length === ofLine.length) return line;
    const [, indent] = words[0]!;
    return ofLine.map(([, spaces, word], i) => (i === 0 ? indent : spaces) + word).join("");
  });
  if (idsOf(tokenizer, kept)) return { text: kept, leftOut };
  return { text: kept.replaceAll(/\s+/g, (spaces) => isKnown(spaces) ? spaces : " "), leftOut };
}

/**
 * Words that a tokenizer has no tokens for, to be named.
 *
 * @param tokenizer Whose words they are not.
 * @param texts Any texts.
 * @param most How many are looked for.
 * @returns The first ones, each once.
 */
export function unreadableWords(
  tokenizer: Tokenizer,
  texts: readonly string[],
  most: number,
): string[] {
  const words = new Set(texts.flatMap((text) => text.match(/\S+/g) ?? []));
  const unknown: string[] = [];
  for (const word of words) {
    if (unknown.length === most) break;
    if (!idsOf(tokenizer, word)) unknown.push(word);
  }
  return unknown;
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
