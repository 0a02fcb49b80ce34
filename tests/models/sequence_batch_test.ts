import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { planMicroBatches, sequenceBatch } from "../../lib/models/sequence_batch.ts";

const sequence = (tokens: number[], mask: number[]) => ({
  tokens: Int32Array.from(tokens),
  mask: Uint8Array.from(mask),
});

Deno.test("sequenceBatch() pads on the left and points each counted token at the state before it", () => {
  const batch = sequenceBatch([sequence([5, 6, 7], [0, 1, 1]), sequence([8, 9], [0, 1])], 0);
  assertEquals([batch.numRows, batch.length], [2, 3]);
  assertEquals([...batch.ids], [5, 6, 7, 0, 8, 9]);
  assertEquals([...batch.starts], [0, 1]);
  // Row 0 predicts token 6 from position 0 and 7 from position 1; row 1 predicts 9 from flat index 3 + 1.
  assertEquals([...batch.sources], [0, 1, 4]);
  assertEquals([...batch.targets], [6, 7, 9]);
  assertEquals([...batch.offsets], [0, 2, 3]);
});

Deno.test("sequenceBatch() refuses what cannot be predicted", () => {
  for (const bad of [sequence([], []), sequence([1, 2], [0]), sequence([1, 2], [1, 1])]) {
    assertThrows(() => sequenceBatch([bad], 0), RangeError, "Cannot batch sequence 0");
  }
  assertThrows(() => sequenceBatch([], 0), RangeError, "got 0");
});

Deno.test("planMicroBatches() keeps similar lengths together and within the bound", () => {
  // Sorted: 10 (index 1), 9 (3), 4 (0), 4 (2); two rows of 10 fit in 20, a third would need 30.
  assertEquals(planMicroBatches([4, 10, 4, 9], 20), [[1, 3], [0, 2]]);
  assertEquals(planMicroBatches([50, 1], 20), [[0], [1]]);
  assertEquals(planMicroBatches([], 20), []);
});

/** Rows times longest, summed over the groups. */
function paddedTokens(lengths: readonly number[], groups: readonly (readonly number[])[]): number {
  return groups.reduce((sum, group) => sum + group.length * lengths[group[0]!]!, 0);
}

Deno.test("planMicroBatches() cuts between lengths rather than where a group is full", () => {
  // Filled up one by one, the first group would take 3 rows of 1000 and 3 of 400, which pads 1800 tokens.
  const lengths = [1000, 1000, 1000, 400, 400, 400, 400];
  assertEquals(planMicroBatches(lengths, 6000), [[0, 1, 2], [3, 4, 5, 6]]);
  // A cut that saves less than a micro-batch costs is not made: 3 rows of 10 more.
  assertEquals(planMicroBatches([1000, 990, 990, 990], 6000), [[0, 1, 2, 3]]);
  // It is made where it saves more: 100 rows of 10 more.
  const many = [1000, ...new Array<number>(100).fill(990)];
  assertEquals(planMicroBatches(many, 200_000).map(({ length }) => length), [1, 100]);
});

Deno.test("planMicroBatches() costs as little as any way of cutting the sorted lengths", () => {
  const random = Random.fromSeed(71);
  for (let trial = 0; trial < 30; trial++) {
    const lengths = Array.from({ length: 9 }, () => random.integer(50, 600));
    const maxTokens = random.integer(300, 3000);
    const sorted = lengths.toSorted((a, b) => b - a);
    let least = Infinity;
    for (let cuts = 0; cuts < 1 << 8; cuts++) {
      const starts = [
        0,
        ...Array.from({ length: 8 }, (_, i) => i + 1).filter((i) => cuts >> (i - 1) & 1),
      ];
      const sizes = starts.map((start, i) => (starts[i + 1] ?? 9) - start);
      const tokens = starts.map((start, i) => sizes[i]! * sorted[start]!);
      if (tokens.some((count, i) => count > maxTokens && sizes[i]! > 1)) continue;
      least = Math.min(least, tokens.reduce((a, b) => a + b) + 256 * starts.length);
    }
    const groups = planMicroBatches(lengths, maxTokens);
    assertEquals(groups.flat().toSorted((a, b) => a - b), [...lengths.keys()]);
    assertEquals(paddedTokens(lengths, groups) + 256 * groups.length, least);
  }
});
