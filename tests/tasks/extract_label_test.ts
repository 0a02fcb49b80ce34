import { assertEquals } from "@std/assert";
import { extractLabel } from "../../lib/tasks/mod.ts";

Deno.test("extractLabel() reads tricky answers as the paper means them", () => {
  const cases: [text: string, answer: string | null, boxed: boolean][] = [
    ["\\boxed{entailment}", "entailment", true],
    ["\\boxed{Neutral}", "neutral", true],
    ["\\boxed{ CONTRADICTION }", "contradiction", true],
    ["\\boxed{\\text{neutral}}", "neutral", true],
    ["\\boxed{'entailment'.}", "entailment", true],
    ["\\boxed{neutral} or rather \\boxed{contradiction}", "contradiction", true],
    ["entailment? no: \\boxed{neutral}, not contradiction", "neutral", true],
    // A box must hold exactly one label; the text around does not overrule it.
    ["\\boxed{neutral or contradiction}", null, true],
    ["\\boxed{not entailment}", null, true],
    ["\\boxed{entails}", null, true],
    ["it is neutral \\boxed{}", null, true],
    ["\\boxed{1}", null, true],
    // Without a box the last label counts.
    ["not entailment ; it is a contradiction", "contradiction", false],
    ["Answer: Neutral.", "neutral", false],
    ["neutrality is contradictory", null, false],
    ["\\boxed{neutral", "neutral", false],
    ["", null, false],
  ];
  for (const [text, answer, boxed] of cases) {
    assertEquals(extractLabel(text), { answer, boxed }, text);
  }
});

Deno.test("extractLabel() in official mode has every consequence of the released rule", () => {
  const cases: [text: string, answer: string | null, boxed: boolean][] = [
    ["not entailment; rather a contradiction", "entailment", false],
    ["contradictory", null, false],
    ["entails", null, false],
    ["neutral or contradiction", "neutral", false],
    ["\\boxed{contradiction or neutral}", "neutral", true],
    ["\\boxed{Entail-ment}", "entailment", true],
    ["\\boxed{entailment} \\boxed{contradiction}", "contradiction", true],
    ["entailment \\boxed{XX}", null, true],
    ["\\boxed{neutral\n} entailment", "entailment", false],
    ["", null, false],
  ];
  for (const [text, answer, boxed] of cases) {
    assertEquals(extractLabel(text, "official"), { answer, boxed }, text);
  }
});
