const OPENING = "\\boxed{";

/**
 * Where the text behind the last complete `\boxed{…}` begins; braces inside must balance.
 *
 * @param text A response.
 * @returns Index of the first character after the closing brace, or undefined without a box.
 */
export function endOfLastBox(text: string): number | undefined {
  for (let at = text.lastIndexOf(OPENING); at >= 0; at = text.lastIndexOf(OPENING, at - 1)) {
    let depth = 1;
    for (let i = at + OPENING.length; i < text.length; i++) {
      if (text[i] === "{") depth++;
      else if (text[i] === "}" && --depth === 0) return i + 1;
    }
    if (at === 0) break;
  }
  return undefined;
}

/**
 * Whether a response contains a box in the released code's sense: `\boxed{` and a `}` on its line.
 *
 * @param text A response.
 * @returns True if there is one.
 */
export function hasBoxOnOneLine(text: string): boolean {
  return /\\boxed\{.*?\}/.test(text);
}

/**
 * Whether words follow the last box. Only letters and digits count: closing punctuation, a `$` or
 * white space is no text (MAPoRL G.3.1 penalises text after the box without saying what text is).
 *
 * @param text A response.
 * @returns True if a letter or digit stands after the last box; false without a box.
 */
export function hasTextAfterBox(text: string): boolean {
  const end = endOfLastBox(text);
  return end !== undefined && /[\p{L}\p{N}]/u.test(text.slice(end));
}
