import { assertEquals, assertThrows } from "@std/assert";
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
