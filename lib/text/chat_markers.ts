const MARKER = /<\|\w+\|>/g;

/**
 * Removes everything that reads as a chat marker (`<|…|>`), also what only becomes one by a removal.
 *
 * @param text Any text.
 * @returns The text without markers.
 */
export function withoutChatMarkers(text: string): string {
  const once = text.replaceAll(MARKER, "");
  return once.search(MARKER) < 0 ? once : once.replaceAll("<|", "");
}
