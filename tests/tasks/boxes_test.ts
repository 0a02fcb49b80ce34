import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { balancedBoxes, officialBoxes } from "../../lib/tasks/mod.ts";

Deno.test("balancedBoxes() finds nested, multi-line and open boxes", () => {
  const cases: [text: string, contents: string[]][] = [
    ["no box", []],
    ["\\boxed{1} and \\boxed{2}", ["1", "2"]],
    ["\\boxed{\\frac{1}{2}}", ["\\frac{1}{2}"]],
    ["\\boxed{a \\boxed{b} c}", ["a \\boxed{b} c", "b"]],
    ["\\boxed{2\n}", ["2\n"]],
    ["\\boxed{", []],
    ["\\boxed{1} \\boxed{2", ["1"]],
    ["boxed{1} {2}", []],
    ["}} \\boxed{3}", ["3"]],
    ["\\boxed {4}", []],
  ];
  for (const [text, contents] of cases) assertEquals(balancedBoxes(text), contents, text);
});

Deno.test("officialBoxes() stops at the first brace and at the end of the line", () => {
  assertEquals(officialBoxes("\\boxed{\\frac{1}{2}} \\boxed{2\n} \\boxed{3}"), ["\\frac{1", "3"]);
});

Deno.test("officialBoxes() finds what its pattern finds, in any text", () => {
  const piece = fc.constantFrom("\\boxed{", "{", "}", "\\", "1", "\n");
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join("");
    const pattern = Array.from(text.matchAll(/\\boxed\{([^\n]*?)\}/g), ([, content]) => content!);
    assertEquals(officialBoxes(text), pattern);
  }));
});

Deno.test("balancedBoxes() takes long hostile texts in one pass", () => {
  const text = "\\boxed{".repeat(100_000);
  assertEquals(balancedBoxes(text), []);
  assertEquals(balancedBoxes(text + "}".repeat(100_000)).length, 100_000);
});

Deno.test("balancedBoxes() never throws", () => {
  const piece = fc.constantFrom("\\boxed{", "{", "}", "\\", "1", "\n");
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    return balancedBoxes(pieces.join("")).every((box) => typeof box === "string");
  }));
});
