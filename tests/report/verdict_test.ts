import { assertEquals } from "@std/assert";
import { isNoChange, isNoRise, isPositive, worstVerdict } from "../../lib/report/mod.ts";

const ends = (low: number, high: number) => ({ low, high });

Deno.test("isPositive() is decided by the end that is nearer to zero", () => {
  assertEquals(isPositive(ends(0.001, 0.4)), "reproduced");
  assertEquals(isPositive(ends(-0.4, -0.001)), "not reproduced");
  assertEquals(isPositive(ends(-0.001, 0.4)), "not distinguishable");
  assertEquals(isPositive(ends(0, 0.4)), "not distinguishable"); // zero is held
});

Deno.test("isNoRise() wants no rise for certain, and not much of one", () => {
  assertEquals(isNoRise(ends(-0.05, 0.01), 0.02), "reproduced");
  assertEquals(isNoRise(ends(-0.05, -0.01), 0.02), "reproduced"); // it falls
  assertEquals(isNoRise(ends(-0.05, 0.03), 0.02), "not distinguishable"); // may rise by 0.03
  assertEquals(isNoRise(ends(0.001, 0.01), 0.02), "not reproduced"); // a rise, if a small one
});

Deno.test("isNoChange() wants the whole interval within the margin", () => {
  assertEquals(isNoChange(ends(-0.01, 0.02), 0.02), "reproduced");
  assertEquals(isNoChange(ends(0.005, 0.015), 0.02), "reproduced"); // a change, but none that counts
  assertEquals(isNoChange(ends(-0.03, 0.01), 0.02), "not distinguishable");
  // A change for certain, but perhaps none that counts.
  assertEquals(isNoChange(ends(0.01, 0.05), 0.02), "not distinguishable");
  assertEquals(isNoChange(ends(0.03, 0.05), 0.02), "not reproduced");
  assertEquals(isNoChange(ends(-0.05, -0.03), 0.02), "not reproduced");
});

Deno.test("worstVerdict() holds a claim to all of its parts", () => {
  assertEquals(worstVerdict(["reproduced", "reproduced"]), "reproduced");
  assertEquals(worstVerdict(["reproduced", "not distinguishable"]), "not distinguishable");
  assertEquals(worstVerdict(["not distinguishable", "not reproduced"]), "not reproduced");
  assertEquals(worstVerdict(["not reproduced", "not run"]), "not run");
  assertEquals(worstVerdict([]), "not run");
});
