import { ConfigError } from "./errors.ts";
import { named } from "./printable.ts";

/**
 * Reads the text of a key.
 *
 * @param text What stands in a file or a variable; space around it is left out.
 * @param thing Its name: a path, or the name of the variable. The key itself is never told.
 * @returns The key.
 * @throws {ConfigError} If it is no word of printable ASCII, which is all that a header can hold.
 */
export function apiKeyFrom(text: string, thing: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new ConfigError(
    `Cannot use the key in ${named(thing)} as it must be one word of printable ASCII: it is ` +
      (key === "" ? "empty" : "not"),
    { thing, remedy: "Put one word there, without quotes; openssl rand -hex 32 makes one" },
  );
}
