import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { median, quantile } from "../../lib/evaluation/mod.ts";

Deno.test("quantile() interpolates between the two nearest values", () => {
  // Sorted 1, 2, 4, 8; place 0.25 · 3 = 0.75, so 1 + 0.75 · (2 − 1).
  assertAlmostEquals(quantile([8, 1, 4, 2], 0.25), 1.75, 1e-12);
  assertEquals(quantile([8, 1, 4, 2], 0), 1);
  assertEquals(quantile([8, 1, 4, 2], 1), 8);
  assertThrows(() => quantile([], 0.5), RangeError, "there must be a value");
});

Deno.test("median() takes the middle, or the mean of the two in the middle", () => {
  assertEquals(median([5, 1, 3]), 3);
  assertEquals(median([4, 1, 3, 10]), 3.5);
});
