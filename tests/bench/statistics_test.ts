import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fitPowerLaw, summariseRatios } from "../../bench/support/statistics.ts";

Deno.test("summariseRatios() compares medians and each pair", () => {
  // Medians 2 and 6; pairs 4/1, 6/2, 9/3.
  assertEquals(summariseRatios([1, 2, 3], [4, 6, 9]), {
    ofMedians: 3,
    pairs: [4, 3, 3],
    least: 3,
    most: 4,
  });
});

Deno.test("summariseRatios() refuses series that are no pairs", () => {
  assertThrows(() => summariseRatios([1], [1, 2]), RangeError, "1 and 2");
  assertThrows(() => summariseRatios([], []), RangeError, "0 and 0");
});

Deno.test("fitPowerLaw() finds exponent and factor of exact points", () => {
  const points = [1, 2, 4, 8].map((x) => ({ x, y: 3 * x ** 1.5 }));
  const { exponent, standardError, factor } = fitPowerLaw(points);
  assertAlmostEquals(exponent, 1.5, 1e-12);
  assertAlmostEquals(factor, 3, 1e-12);
  assertAlmostEquals(standardError, 0, 1e-7);
});

Deno.test("fitPowerLaw() gives the standard error of the slope", () => {
  // In units of log 2: x = 0, 1, 2 and y = 0, 1, 3. Slope ((−1)(0) + 0 + (1)(3)) / 2 = 1.5, mean y 4/3,
  // residuals 1/6, −1/3, 1/6, squares 1/6 in sum; √(1/6 / (3 − 2) / 2) = √(1/12).
  const { exponent, standardError } = fitPowerLaw([
    { x: 1, y: 1 },
    { x: 2, y: 2 },
    { x: 4, y: 8 },
  ]);
  assertAlmostEquals(exponent, 1.5, 1e-12);
  assertAlmostEquals(standardError, Math.sqrt(1 / 12), 1e-12);
});

Deno.test("fitPowerLaw() refuses what has no logarithm or no slope", () => {
  assertThrows(() => fitPowerLaw([{ x: 1, y: 0 }, { x: 2, y: 1 }]), RangeError, "power law");
  assertThrows(() => fitPowerLaw([{ x: 2, y: 1 }, { x: 2, y: 3 }]), RangeError, "power law");
});
