/**
 * Whether a text is the address of a web server, and no path.
 *
 * @param text Any text, such as what a setting names as a model.
 * @returns True where it begins with `http://` or `https://`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isWebAddress } from "./web_address.ts";
 *
 * assertEquals(isWebAddress("http://localhost:8000/v1"), true);
 * assertEquals(isWebAddress("models/http"), false);
 * ```
 */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
