import { assertEquals } from "@std/assert";
import { promptLookup } from "../../lib/generation/prompt_lookup.ts";

/** What is drafted behind some tokens. */
function draft(tokens: readonly number[], most = 3): number[] {
  return [...promptLookup(Int32Array.from(tokens), most)];
}

Deno.test("promptLookup() continues as where the end of the text stood before", () => {
  assertEquals(draft([1, 2, 3, 4, 5, 6, 7, 1, 2, 3]), [4, 5, 6]);
  assertEquals(draft([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 1), [4]);
  assertEquals(draft([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 100), [4, 5, 6, 7, 1, 2, 3]);
});

Deno.test("promptLookup() takes the longest end that occurs, and of equally long ones the last", () => {
  // 2 3 4 stands twice, 1 2 3 4 once.
  assertEquals(draft([1, 2, 3, 4, 8, 0, 2, 3, 4, 9, 1, 2, 3, 4], 1), [8]);
  assertEquals(draft([0, 2, 3, 4, 8, 0, 2, 3, 4, 9, 1, 2, 3, 4], 1), [9]);
});

Deno.test("promptLookup() may run into the end that it looks for", () => {
  assertEquals(draft([5, 5, 5, 5]), [5]);
  assertEquals(draft([1, 2, 1, 2, 1, 2, 1]), [2, 1]);
});

Deno.test("promptLookup() drafts nothing where fewer than three tokens occurred before", () => {
  assertEquals(draft([]), []);
  assertEquals(draft([1]), []);
  assertEquals(draft([5, 5, 5]), []);
  assertEquals(draft([1, 2, 3, 4, 5, 6]), []);
  assertEquals(draft([0, 2, 3, 4, 9, 2, 3]), []);
});
