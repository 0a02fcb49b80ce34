const MARKER = /<\|\w+\|>/;
const WORD = /\w/;

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
  if (!MARKER.test(text)) return text;
  const kept: string[] = [];
  for (const char of text) {
    kept.push(char);
    if (char === ">") kept.length = lastMarker(kept);
  }
  return kept.join("");
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
