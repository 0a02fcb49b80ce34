/** The command that opens a box in LaTeX. */
const OPENING = "\\boxed{";

/**
 * Contents of all `\boxed{…}` whose braces balance, in order of their openings; boxes may nest and
 * span lines.
 *
 * @param text Any text.
 * @returns The contents without the outer braces.
 */
export function balancedBoxes(text: string): string[] {
  // One pass with a stack, so that a hostile text of many openings stays linear.
  const open: { start: number; box: number }[] = [];
  const contents: (string | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") {
      const isBox = text.startsWith(OPENING, i - OPENING.length + 1);
      open.push({ start: i + 1, box: isBox ? contents.push(undefined) - 1 : -1 });
    } else if (text[i] === "}") {
      const brace = open.pop();
      if (brace && brace.box >= 0) contents[brace.box] = text.slice(brace.start, i);
    }
  }
  return contents.filter((content) => content !== undefined);
}

/**
 * Contents of all `\boxed{…}` as the official code finds them: up to the first `}`, on one line.
 *
 * @param text Any text.
 * @returns The contents, in order.
 */
export function officialBoxes(text: string): string[] {
  const contents: string[] = [];
  let close = -1;
  let newline = -1;
  let open = text.indexOf(OPENING);
  while (open >= 0) {
    const start = open + OPENING.length;
    // Both only move on, so the search is linear whatever the text.
    if (close < start) close = text.indexOf("}", start);
    if (close < 0) break;
    if (newline < start) newline = indexOrEnd(text, "\n", start);
    const isClosed = close < newline;
    if (isClosed) contents.push(text.slice(start, close));
    open = text.indexOf(OPENING, isClosed ? close + 1 : start);
  }
  return contents;
}

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index < 0 ? text.length : index;
}
