import { assertEquals } from "@std/assert";
import { slugOf } from "../../lib/core/mod.ts";

Deno.test("slugOf() keeps texts apart that differ in letters of other alphabets", () => {
  const cases: [string, string][] = [
    ["α = 1", "alpha-1"],
    ["β = 1", "beta-1"],
    ["Α=1", "alpha-1"],
    ["λ₁", "lambda-1"],
    ["γλ", "gamma-lambda"],
    ["10 µs", "10-mu-s"],
    ["σ ς", "sigma-sigma"],
    ["Café, naïve", "cafe-naive"],
    ["日本", "u65e5-u672c"],
    ["х", "u445"],
    ["𝟙", "1"],
    ["½", "1-2"],
  ];
  for (const [text, slug] of cases) assertEquals(slugOf(text), slug, text);
});

Deno.test("slugOf() leaves letters from a to z and digits as they are, and nothing but them", () => {
  const cases: [string, string][] = [
    ["script: all tell, then solve", "script-all-tell-then-solve"],
    ["trained with 2 agents", "trained-with-2-agents"],
    ["  (KL × 0.1) – α-free? ", "kl-0-1-alpha-free"],
    ["—", ""],
    ["a‿b", "a-b"],
  ];
  for (const [text, slug] of cases) assertEquals(slugOf(text), slug, text);
});
