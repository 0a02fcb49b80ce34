/**
 * A text as a block of Markdown that it cannot end from inside: the fence is longer than every run of
 * backticks in it.
 *
 * @param text Any text.
 * @returns Fence, text, fence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fenced } from "./fenced.ts";
 *
 * const ticks = (count: number) => "`".repeat(count);
 * assertEquals(fenced("x"), `${ticks(3)}\nx\n${ticks(3)}`);
 * assertEquals(fenced(ticks(3)), `${ticks(4)}\n${ticks(3)}\n${ticks(4)}`);
 * ```
 */
export function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
