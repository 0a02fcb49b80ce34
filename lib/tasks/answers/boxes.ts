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
  return Array.from(text.matchAll(/\\boxed\{([^\n]*?)\}/g), ([, content]) => content!);
}
