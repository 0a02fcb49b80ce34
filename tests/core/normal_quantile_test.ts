import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normalQuantile } from "../../lib/core/mod.ts";

Deno.test("normalQuantile() gives the values that Wichura prints", () => {
  // Applied Statistics 37(3), section "Accuracy": p = 0.25, 0.001 and 1e-20.
  assertAlmostEquals(normalQuantile(0.25), -0.6744897501960817, 1e-15);
  assertAlmostEquals(normalQuantile(0.001), -3.090232306167814, 1e-14);
  assertAlmostEquals(normalQuantile(1e-20), -9.262340089798408, 1e-13);
});

Deno.test("normalQuantile() is odd around one half and continuous where its formulas meet", () => {
  for (const p of [2 ** -7, 0.25, 2 ** -20]) {
    assertEquals(normalQuantile(1 - p), -normalQuantile(p));
  }
  // |p - 0.5| = 0.425 is p = 0.075; sqrt(-ln p) = 5 is p = e^-25. The slope is 1 / density.
  const meetings: [number, number][] = [[0.075, 7.1], [Math.exp(-25), 1.02e10]];
  for (const [p, slope] of meetings) {
    const step = p * 1e-9;
    const rise = normalQuantile(p + step) - normalQuantile(p - step);
    assertAlmostEquals(rise / (2 * step) / slope, 1, 0.02);
  }
});

Deno.test("normalQuantile() throws outside (0, 1)", () => {
  for (const p of [0, 1, -0.1, NaN]) {
    assertThrows(() => normalQuantile(p), RangeError, "probability must be in (0, 1)");
  }
});
