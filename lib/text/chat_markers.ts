const MARKER = /<\|\w+\|>/;
const WORD = /\w/;
/** What a word is written of, in any script. */
const LETTER = /[\p{L}\p{N}_]/u;

/** A text that opens or closes a message of a chat. */
export interface ChatMarker {
  /** As it is written. One that begins or ends as a word counts only where that word does. */
  readonly text: string;
  /** Whether it counts only at the start of a line. */
  readonly startsLine: boolean;
}

/**
 * Removes everything that reads as a chat marker (`<|…|>`), and what becomes one by a removal, however
 * deep they are nested: to do it twice changes nothing more.
 *
 * @param text Any text.
 * @returns The text without markers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { withoutChatMarkers } from "./chat_markers.ts";
 *
 * assertEquals(withoutChatMarkers("12 <|us<|end|>er|>"), "12 ");
 * ```
 */
export function withoutChatMarkers(text: string): string {
  return removeCommon(text);
}

const removeCommon = markerRemover([]);

/**
 * Makes {@link withoutChatMarkers} for chats that are written with more than `<|…|>`.
 *
 * @param markers What else opens or closes a message.
 * @returns Removes these and `<|…|>`, nested ones too, in time proportional to the text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { markerRemover } from "./chat_markers.ts";
 *
 * const remove = markerRemover([{ text: "[/INST]", startsLine: false }]);
 * assertEquals(remove("12 [/IN[/INST]ST]<|end|>"), "12 ");
 * ```
 */
export function markerRemover(markers: readonly ChatMarker[]): (text: string) => string {
  const literals = markers.map(({ text, startsLine }) => ({
    chars: [...text],
    startsLine,
    startsWord: LETTER.test([...text][0]!),
    endsWord: LETTER.test([...text].at(-1)!),
  }));
  const open = literals.filter(({ endsWord }) => endsWord);
  const closed = literals.filter(({ endsWord }) => !endsWord);
  const mayHold = (text: string) =>
    MARKER.test(text) || markers.some((marker) => text.includes(marker.text));
  return (text) => {
    if (!mayHold(text)) return text;
    const kept: Kept = { chars: [], startsWord: [] };
    let previous = "";
    for (const char of text) {
      const isLetter = LETTER.test(char);
      if (!isLetter) dropLast(kept, open);
      kept.startsWord[kept.chars.length] = isLetter && !LETTER.test(previous);
      kept.chars.push(char);
      if (char === ">") kept.chars.length = lastMarker(kept.chars);
      dropLast(kept, closed);
      previous = char;
    }
    dropLast(kept, open);
    return kept.chars.join("");
  };
}

/** What is left of a text so far. */
interface Kept {
  readonly chars: string[];
  /** Of each character, whether a word began with it before something was removed there. */
  readonly startsWord: boolean[];
}

/** A {@link ChatMarker} by characters. */
interface Literal {
  readonly chars: readonly string[];
  readonly startsLine: boolean;
  readonly startsWord: boolean;
}

/** Drops the literals that the characters end with. */
function dropLast(kept: Kept, literals: readonly Literal[]): void {
  for (let found = true; found;) {
    const ending = literals.filter((literal) => endsWith(kept, literal));
    found = ending.length > 0;
    if (found) kept.chars.length -= Math.max(...ending.map(({ chars }) => chars.length));
  }
}

function endsWith(kept: Kept, { chars, startsLine, startsWord }: Literal): boolean {
  const start = kept.chars.length - chars.length;
  if (start < 0 || !chars.every((_, i) => kept.chars.at(-1 - i) === chars.at(-1 - i))) return false;
  const isWithinWord = start > 0 && LETTER.test(kept.chars[start - 1]!) && !kept.startsWord[start];
  if (startsWord && isWithinWord) return false;
  if (!startsLine) return true;
  let before = start;
  while (before > 0 && /[ \t]/.test(kept.chars[before - 1]!)) before--;
  return before === 0 || kept.chars[before - 1] === "\n";
}

/** Where the marker begins that the characters end with; their number if they end with none. */
function lastMarker(chars: readonly string[]): number {
  const { length } = chars;
  if (chars[length - 2] !== "|") return length;
  let start = length - 2;
  while (start > 0 && WORD.test(chars[start - 1]!)) start--;
  const isMarker = start < length - 2 && chars[start - 1] === "|" && chars[start - 2] === "<";
  return isMarker ? start - 2 : length;
}
