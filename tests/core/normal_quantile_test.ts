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
  // |p - 0.5| = 0.425 is p = 0.075; sqrt(-ln p) = 5 is p = e^-25. A jump of 1e-12 would show in the slope,
  // which is 1 / density = sqrt(2 pi) e^(x^2 / 2).
  for (const p of [0.075, Math.exp(-25)]) {
    const slope = Math.sqrt(2 * Math.PI) * Math.exp(normalQuantile(p) ** 2 / 2);
    const rise = normalQuantile(p * (1 + 1e-9)) - normalQuantile(p * (1 - 1e-9));
    assertAlmostEquals(rise / (2e-9 * p) / slope, 1, 1e-4);
  }
});

Deno.test("normalQuantile() throws outside (0, 1)", () => {
  for (const p of [0, 1, -0.1, NaN]) {
    assertThrows(() => normalQuantile(p), RangeError, "probability must be in (0, 1)");
  }
});
