import { assertAlmostEquals, assertEquals } from "@std/assert";
import { midQuantile } from "../../lib/evaluation/mod.ts";

Deno.test("midQuantile() by hand", () => {
  // 1 stands at 1/8 (a half of 2 of 8), 2 at 4/8 (2 below and a half of 4), 3 at 7/8
  const sorted = Float64Array.of(1, 1, 2, 2, 2, 2, 3, 3);
  assertEquals([1 / 8, 4 / 8, 7 / 8].map((share) => midQuantile(sorted, share)), [1, 2, 3]);
  assertAlmostEquals(midQuantile(sorted, 5 / 16), 1.5, 1e-12); // half-way between 1/8 and 4/8
  assertAlmostEquals(midQuantile(sorted, 6 / 8), 2 + 2 / 3, 1e-12);
  assertEquals([midQuantile(sorted, 0), midQuantile(sorted, 1)], [1, 3]);
  assertEquals(midQuantile(Float64Array.of(5), 0.3), 5);
});
