/**
 * A text as part of a file name or of the address of a place in a page.
 *
 * @param text The text, such as the name of an arm.
 * @returns Small letters from a to z and digits, with `-` in place of anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slugOf } from "./slug.ts";
 *
 * assertEquals(slugOf("script: all tell, then solve"), "script-all-tell-then-solve");
 * ```
 */
export function slugOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}
