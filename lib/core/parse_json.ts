/**
 * JSON of files that decide results: what `JSON.parse` passes over in silence is refused.
 *
 * @module
 */

/** Far above what any file of ours or of Hugging Face nests, far below where recursion ends. */
const MAX_DEPTH = 100;

/** What becomes of a value: `source` is the text of a number, which a double may not hold. */
export type JsonReviver = (
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

/**
 * Parses JSON, and refuses what has two meanings: a key twice in one object, of which `JSON.parse`
 * keeps the last.
 *
 * @param text The JSON.
 * @param reviver What becomes of each value, as `JSON.parse` has it.
 * @returns The value.
 * @throws {SyntaxError} If it is no JSON, names a key twice, or nests deeper than 100 levels.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { parseJson } from "./parse_json.ts";
 *
 * assertEquals(parseJson('{"r": 8}'), { r: 8 });
 * assertThrows(() => parseJson('{"r": 8, "r": 16}'), SyntaxError, 'the key "r" stands twice');
 * ```
 */
export function parseJson(text: string, reviver?: JsonReviver): unknown {
  const value: unknown = JSON.parse(text, reviver);
  checkKeys(text);
  return value;
}

function checkKeys(text: string): void {
  // Keys of the open objects, from outside in; undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  const mark = /["{}[\],:]/g;
  let previous = "";
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [token] = found;
    if (token === '"') {
      mark.lastIndex = stringEnd(text, found.index);
      if (previous === "{" || previous === ",") {
        addKey(open.at(-1), text.slice(found.index, mark.lastIndex));
      }
    } else if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
      if (open.length > MAX_DEPTH) {
        throw new SyntaxError(`it must nest at most ${MAX_DEPTH} levels deep`);
      }
    } else if (token === "}" || token === "]") {
      open.pop();
    }
    previous = token;
  }
}

/** Index after the quote that closes a string; a pattern for whole strings would overflow on long ones. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1);; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** A string after `{` or `,` is a key, unless it stands in an array. */
function addKey(keys: Set<string> | undefined, token: string): void {
  if (keys === undefined) return;
  // Only the decoded key counts: escapes write one key in many ways.
  const key = token.includes("\\") ? JSON.parse(token) as string : token.slice(1, -1);
  if (keys.has(key)) {
    throw new SyntaxError(`the key ${token.slice(0, 100)} stands twice in one object`);
  }
  keys.add(key);
}
