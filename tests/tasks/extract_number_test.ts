import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { canonicalNumber, extractNumber, sameNumber } from "../../lib/tasks/mod.ts";

Deno.test("extractNumber() reads tricky boxes as the paper means them", () => {
  const cases: [text: string, answer: string | null][] = [
    ["\\boxed{28}", "28"],
    ["\\boxed{ 28 }", "28"],
    ["\\boxed{1} then \\boxed{2}", "2"],
    ["\\boxed{1,234}", "1234"],
    ["\\boxed{1,234,567.50}", "1234567.5"],
    ["\\boxed{$12.50}", "12.5"],
    ["\\boxed{\\$18}", "18"],
    ["\\boxed{10%}", "10"],
    ["\\boxed{10\\%}", "10"],
    ["\\boxed{12.0}", "12"],
    ["\\boxed{-7}", "-7"],
    ["\\boxed{\u22127}", "-7"],
    ["\\boxed{-0}", "0"],
    ["\\boxed{007}", "7"],
    ["\\boxed{12 apples}", "12"],
    ["\\boxed{12\\text{ apples}}", "12"],
    ["\\boxed{\\text{12 apples.}}", "12"],
    ["\\boxed{x = 12}", "12"],
    ["\\boxed{2\n}", "2"],
    ["\\boxed{12}.", "12"],
    ["\\boxed{1/2}", "0.5"],
    ["\\boxed{\\frac{1}{2}}", "0.5"],
    ["The answer is 5. \\boxed{28} is 28, not 30", "28"],
    // More than one number, or none, is not an answer, and a box is never overruled by the text.
    ["\\boxed{3-4}", null],
    ["\\boxed{3 - 4}", null],
    ["\\boxed{1/2/3}", null],
    ["\\boxed{}", null],
    ["28 \\boxed{XX}", null],
    ["\\boxed{1.2.3}", null],
  ];
  for (const [text, answer] of cases) {
    assertEquals(extractNumber(text), { answer, boxed: true }, text);
  }
});

Deno.test("extractNumber() without a box takes the last number and flags it", () => {
  const cases: [text: string, answer: string | null][] = [
    ["5 apples and 6 pears", "6"],
    ["so she pays $1,234.50 in all.", "1234.5"],
    ["it is 12.", "12"],
    ["5-3=2", "2"],
    ["10-4", "4"],
    ["10 - 4", "4"],
    ["the change is -4 degrees", "-4"],
    ["= -4", "-4"],
    ["model gpt4 says", null],
    ["\\boxed{28", "28"],
    ["no number", null],
    ["", null],
    ["verdict : me right", null],
  ];
  for (const [text, answer] of cases) {
    assertEquals(extractNumber(text), { answer, boxed: false }, text);
  }
});

Deno.test("extractNumber() in official mode has every consequence of the released rule", () => {
  const cases: [text: string, answer: string | null, boxed: boolean][] = [
    ["\\boxed{1,234}", "1234", true],
    ["\\boxed{10%}", "10", true],
    ["\\boxed{12.0}", null, true],
    ["\\boxed{$12.50}", null, true],
    ["\\boxed{3-4}", null, true],
    ["\\boxed{}", null, true],
    ["\\boxed{XX}", null, true],
    ["\\boxed{\\frac{1}{2}}", "1", true],
    ["5 apples and 6 pears", "56", false],
    ["\\boxed{2\n}", "2", false],
    ["\\boxed{1} \\boxed{2}", "2", true],
    ["\\boxed{-5}", "-5", true],
    ["\\boxed{007}", "7", true],
    ["12.", null, false],
    ["", null, false],
  ];
  for (const [text, answer, boxed] of cases) {
    assertEquals(extractNumber(text, "official"), { answer, boxed }, text);
  }
});

Deno.test("canonicalNumber() and sameNumber() compare rationals", () => {
  const cases: [text: string, canonical: string | null][] = [
    ["12.0", "12"],
    ["12.50", "12.5"],
    ["-007.10", "-7.1"],
    ["0.0", "0"],
    ["-0.00", "0"],
    ["100", "100"],
    ["1.", "1"],
    [" 3 ", "3"],
    ["0.05", "0.05"],
    ["12345678901234567890.10", "12345678901234567890.1"],
    ["", null],
    [".5", null],
    ["1e3", null],
    ["abc", null],
  ];
  for (const [text, canonical] of cases) assertEquals(canonicalNumber(text), canonical, text);
  assertEquals(sameNumber("12", "12.0"), true);
  assertEquals(sameNumber("12", "13"), false);
  assertEquals(sameNumber(null, "12"), false);
  assertEquals(sameNumber("invalid", "invalid"), false);
});

Deno.test("extractNumber() finds any boxed decimal again, in any text, and never throws", () => {
  const number = fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 99 }));
  fc.assert(fc.property(fc.string(), number, (text, [whole, hundredths]) => {
    const value = `${whole}.${String(hundredths).padStart(2, "0")}`;
    const extraction = extractNumber(`${text} \\boxed{${value}}`);
    assertEquals(extraction, { answer: canonicalNumber(value), boxed: true });
  }));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    for (const compat of ["paper", "official"] as const) {
      const { answer } = extractNumber(text, compat);
      assertEquals(answer === null || canonicalNumber(answer) === answer, true);
    }
  }));
});

Deno.test("extractNumber() takes long hostile texts", () => {
  for (const unit of [" ", "-", "1", "1 ", ".", "\\boxed{", "$", "1,"]) {
    extractNumber(unit.repeat(50_000));
    extractNumber(unit.repeat(50_000), "official");
  }
});
