import { assertEquals } from "@std/assert";
import { feedbackText, verdictRank } from "../../lib/discussion/mod.ts";
import { VERDICT_WORDS } from "../../lib/worlds/small_world/mod.ts";

Deno.test("verdictRank() has the four bands, lower ends included", () => {
  const words = [0, 0.299, 0.3, 0.599, 0.6, 0.799, 0.8, 1].map((score) =>
    VERDICT_WORDS[verdictRank(score)]
  );
  assertEquals(words, [
    "wrong",
    "wrong",
    "doubtful",
    "doubtful",
    "plausible",
    "plausible",
    "right",
    "right",
  ]);
});

Deno.test("feedbackText() shows three decimals and what the band means", () => {
  assertEquals(
    feedbackText(0.8, "your"),
    "Verifier's reward for your solution: 0.800 out of 1.0, which means it is very probably correct.",
  );
  const meanings = [0.1, 0.45, 0.7, 0.9].map((score) =>
    feedbackText(score, "agent 2's").slice(-30)
  );
  assertEquals(new Set(meanings).size, 4);
});
