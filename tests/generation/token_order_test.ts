import { assertEquals } from "@std/assert";
import { commonPrefix, compareTokens } from "../../lib/generation/token_order.ts";

const of = (...ids: number[]) => Int32Array.from(ids);

Deno.test("commonPrefix() counts the tokens that two sequences begin with", () => {
  assertEquals(commonPrefix(of(1, 2, 3), of(1, 2, 4, 5)), 2);
  assertEquals(commonPrefix(of(1, 2), of(1, 2, 4)), 2);
  assertEquals(commonPrefix(of(1), of(2)), 0);
  assertEquals(commonPrefix(of(), of(2)), 0);
});

Deno.test("compareTokens() orders like a dictionary, by number and prefixes first", () => {
  const sorted = [of(), of(1), of(1, 2), of(1, 10), of(2), of(2, 0, 7)];
  assertEquals([...sorted].reverse().sort(compareTokens), sorted);
  assertEquals(compareTokens(of(3, 4), of(3, 4)), 0);
});
