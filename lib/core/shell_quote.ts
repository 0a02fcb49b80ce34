/**
 * A word of a command line as a shell takes it, for commands that are printed to be followed.
 *
 * @param word A path or another argument.
 * @param system The operating system; default: this one.
 * @returns The word, in quotes if it needs them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shellQuote } from "./shell_quote.ts";
 *
 * assertEquals(shellQuote("runs/a", "linux"), "runs/a");
 * assertEquals(shellQuote("my runs/a", "linux"), "'my runs/a'");
 * ```
 */
export function shellQuote(word: string, system: string = Deno.build.os): string {
  if (/^[\w./:=,@+%-]+$/.test(word)) return word;
  // Neither shell of Windows lets a quote stand in the name of a file.
  return system === "windows" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
