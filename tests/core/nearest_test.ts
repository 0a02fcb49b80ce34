import { assertEquals } from "@std/assert";
import { editDistance, nearestName } from "../../lib/core/mod.ts";

Deno.test("editDistance() counts insertions, deletions, substitutions and swaps", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3], // k→s, e→i, +g
    ["ab", "ba", 1], // one swap, not two substitutions
    ["ca", "abc", 3], // the swapped pair is not edited again (true Damerau-Levenshtein would give 2)
  ];
  for (const [a, b, distance] of cases) {
    assertEquals(editDistance(a, b), distance, `${a} ${b}`);
    assertEquals(editDistance(b, a), distance, `${b} ${a}`);
  }
});

Deno.test("nearestName() finds what was meant", () => {
  const names = ["quickstart", "pretrain", "train_verifier"];
  assertEquals(nearestName("quikstart", names), "quickstart");
  assertEquals(nearestName("Pre-Train", names), "pretrain");
  assertEquals(nearestName("trainVerifier", names), "train_verifier");
  assertEquals(nearestName("evaluate", names), undefined);
  assertEquals(nearestName("anything", []), undefined);
  assertEquals(nearestName("lr", ["lr", "Lr"]), "lr");
});
