import { assertEquals, assertThrows } from "@std/assert";
import { turnsToTrain } from "../../lib/rl/turn_schedule.ts";

Deno.test("turnsToTrain() gives the schedule of the released code", () => {
  const golden: [number, [number, number][]][] = [
    [3, [[0, 1], [19, 1], [20, 2], [59, 2], [60, 1], [99, 1], [100, 2], [139, 2], [140, 1]]],
    [4, [[0, 1], [19, 1], [20, 3], [60, 2], [100, 1], [140, 3]]],
  ];
  for (const [numTurns, cells] of golden) {
    for (const [update, turn] of cells) {
      assertEquals(turnsToTrain(update, { numTurns }), [turn], `T=${numTurns}, update ${update}`);
    }
  }
});

Deno.test("turnsToTrain() never trains turn 0 and spends its blocks evenly", () => {
  for (const numTurns of [2, 3, 5]) {
    const counts = new Map<number, number>();
    const cycle = 3 * (numTurns - 1);
    for (let update = 4; update < 4 + 2 * cycle; update++) {
      const turns = turnsToTrain(update, { numTurns, initialUpdates: 4, blockUpdates: 3 });
      for (const turn of turns) counts.set(turn, (counts.get(turn) ?? 0) + 1);
    }
    const expected = Array.from({ length: numTurns - 1 }, (_, i): [number, number] => [i + 1, 6]);
    assertEquals([...counts].sort(([x], [y]) => x - y), expected);
  }
});

Deno.test("turnsToTrain() trains all turns from 1 on where discussions may stop early", () => {
  assertEquals(turnsToTrain(0, { numTurns: 4, stopsOnConsensus: true }), [1, 2, 3]);
});

Deno.test("turnsToTrain() refuses what is no schedule", () => {
  assertThrows(() => turnsToTrain(0, { numTurns: 1 }), RangeError, "numTurns must");
  assertThrows(() => turnsToTrain(-1, { numTurns: 3 }), RangeError, "update must");
  assertThrows(() => turnsToTrain(0.5, { numTurns: 3 }), RangeError, "update must");
  assertThrows(() => turnsToTrain(0, { numTurns: 3, blockUpdates: 0 }), RangeError, "blockUpdates");
});
