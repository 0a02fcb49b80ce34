import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { explainedVariance } from "../../lib/rl/explained_variance.ts";

Deno.test("explainedVariance() on values worked by hand", () => {
  const returns = [1, 2, 3];
  assertEquals(explainedVariance([1, 2, 3], returns), 1);
  assertEquals(explainedVariance([7, 7, 7], returns), 0);
  // errors −2, 0, 2 around a spread of 1: 1 − 4/1
  assertAlmostEquals(explainedVariance([3, 2, 1], returns)!, -3, 1e-12);
  // an offset does not count
  assertEquals(explainedVariance([11, 12, 13], returns), 1);
  // with the last entry hidden: G = 1, 2 (variance ½), errors 0 and −1 (variance ½)
  assertAlmostEquals(explainedVariance([1, 3, 99], returns, [1, 1, 0])!, 0, 1e-12);
});

Deno.test("explainedVariance() is null without spread and refuses lengths that differ", () => {
  assertEquals(explainedVariance([1, 2], [5, 5]), null);
  assertEquals(explainedVariance([1], [5]), null);
  assertEquals(explainedVariance([], []), null);
  assertThrows(() => explainedVariance([1], [1, 2]), RangeError, "there are 2");
});
