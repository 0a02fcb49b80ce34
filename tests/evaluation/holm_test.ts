import { assertEquals, assertThrows } from "@std/assert";
import { holmAdjusted } from "../../lib/evaluation/mod.ts";

const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(12)));

Deno.test("holmAdjusted() multiplies by how many are left, and never falls", () => {
  // Ascending 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.04, which is raised to 0.06.
  assertEquals(rounded(holmAdjusted([0.04, 0.01, 0.03, 0.02])), [0.06, 0.04, 0.06, 0.06]);
  // Three times 0.5 is more than 1, and so is all that follows.
  assertEquals(holmAdjusted([0.6, 0.5, 0.9]), [1, 1, 1]);
  assertEquals(holmAdjusted([0.02, 0, 0.02]), [0.04, 0, 0.04]); // 2 · 0.02, and 1 · 0.02 is raised
});

Deno.test("holmAdjusted() leaves a single comparison as it is, and refuses what is no probability", () => {
  assertEquals(holmAdjusted([0.03]), [0.03]);
  assertEquals(holmAdjusted([]), []);
  for (const p of [-0.1, 1.1, NaN]) {
    assertThrows(() => holmAdjusted([0.5, p]), RangeError, `must be in [0, 1]: one is ${p}`);
  }
});
