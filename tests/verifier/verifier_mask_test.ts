import { assertEquals } from "@std/assert";
import { verifierMask } from "../../lib/verifier/mod.ts";

Deno.test("verifierMask() by hand: all, the latter half, the last of the answer's tokens", () => {
  // Three tokens of question, five of answer (its end included): the latter half is ⌈5/2⌉ = 3.
  assertEquals([...verifierMask(8, 3, "all")], [0, 0, 0, 1, 1, 1, 1, 1]);
  assertEquals([...verifierMask(8, 3, "latter_half")], [0, 0, 0, 0, 0, 1, 1, 1]);
  assertEquals([...verifierMask(8, 3, "last")], [0, 0, 0, 0, 0, 0, 0, 1]);
  // Four tokens of answer: two.
  assertEquals([...verifierMask(6, 2, "latter_half")], [0, 0, 0, 0, 1, 1]);
});

Deno.test("verifierMask() of an empty answer counts its end", () => {
  for (const tokens of ["all", "latter_half", "last"] as const) {
    assertEquals([...verifierMask(4, 3, tokens)], [0, 0, 0, 1]);
  }
});
