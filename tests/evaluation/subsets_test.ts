import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { subsetShares, subsetsOf } from "../../lib/evaluation/mod.ts";

const random = Random.fromSeed(3);

Deno.test("subsetsOf() lists all subsets where they are few enough", () => {
  assertEquals(subsetsOf(4, 2, { random, maxSubsets: 6 }), {
    indices: [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]],
    isExact: true,
  });
  assertEquals(subsetsOf(3, 3, { random }).indices, [[0, 1, 2]]);
  // C(12, 5) = 792, all different
  const { indices } = subsetsOf(12, 5, { random });
  assertEquals(new Set(indices.map(String)).size, 792);
});

Deno.test("subsetsOf() draws subsets where there are too many, all items equally often", () => {
  const { indices, isExact } = subsetsOf(20, 5, { random, maxSubsets: 4000 });
  assertEquals(isExact, false);
  assertEquals(indices.length, 4000);
  const timesDrawn = new Array<number>(20).fill(0);
  for (const subset of indices) {
    assertEquals(new Set(subset).size, 5);
    for (const i of subset) timesDrawn[i]!++;
  }
  // 4000 · 5/20 = 1000 with a standard deviation of √(4000 · 1/4 · 3/4) = 27
  for (const count of timesDrawn) assert(Math.abs(count - 1000) < 5 * 27, `${count}`);
});

Deno.test("subsetsOf() gives the same subsets to the same stream and others to another", () => {
  const draw = (seed: number) => subsetsOf(30, 10, { random: Random.fromSeed(seed) });
  assertEquals(draw(1), draw(1));
  assert(String(draw(1).indices) !== String(draw(2).indices));
});

Deno.test("subsetsOf() refuses sizes that there are none of", () => {
  assertThrows(() => subsetsOf(3, 0, { random }), RangeError, "size must be");
  assertThrows(() => subsetsOf(3, 4, { random }), RangeError, "[1, 3]");
  assertThrows(() => subsetsOf(0, 1, { random }), RangeError, "numItems must be");
  assertThrows(() => subsetsOf(3, 2, { random, maxSubsets: 0 }), RangeError, "maxSubsets");
});

Deno.test("subsetShares() is C(m, n) / C(N, n)", () => {
  // 3/5, 3/10, 1/10, 0, 0
  for (const [i, expected] of [.6, .3, .1, 0, 0].entries()) {
    assertAlmostEquals(subsetShares(3, 5)[i]!, expected, 1e-12);
  }
  assertEquals(subsetShares(4, 4), [1, 1, 1, 1]);
  assertEquals(subsetShares(0, 2), [0, 0]);
  assertThrows(() => subsetShares(3, 2), RangeError, "numInside");
  assertThrows(() => subsetShares(0, 0), RangeError, "numAnswers");
});
