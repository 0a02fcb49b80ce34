import { assertEquals } from "@std/assert";
import { formatNumber, formatSeconds } from "../../lib/tracking/mod.ts";

Deno.test("formatNumber() gives three significant digits", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-3, "-3"],
    [192000, "192000"],
    [0.5, "0.5"],
    [1234.5, "1230"],
    [0.00123456, "0.00123"],
    [0.000123456, "1.23e-4"],
    [2.5e9, "2.50e9"],
    [NaN, "?"],
    [Infinity, "∞"],
    [-Infinity, "-∞"],
  ];
  for (const [value, text] of cases) assertEquals(formatNumber(value), text);
});

Deno.test("formatNumber() with digits keeps them all", () => {
  assertEquals([formatNumber(0.6, 3), formatNumber(-0.08149, 2), formatNumber(2, 1)], [
    "0.600",
    "-0.08",
    "2.0",
  ]);
  assertEquals([formatNumber(NaN, 3), formatNumber(-Infinity, 2)], ["?", "-∞"]);
});

Deno.test("formatSeconds() takes the units that fit", () => {
  const cases: [number, string][] = [
    [0.04, "0.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [3599.6, "1 h 00 min"],
    [7800, "2 h 10 min"],
    [NaN, "?"],
    [Infinity, "?"],
  ];
  for (const [seconds, text] of cases) assertEquals(formatSeconds(seconds), text);
});
