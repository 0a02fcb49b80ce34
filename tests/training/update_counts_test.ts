import { assertEquals } from "@std/assert";
import { turnsToTrain } from "../../lib/rl/mod.ts";
import { countUpdates } from "../../lib/training/mod.ts";

Deno.test("countUpdates() counts the updates of turn-based training by turn", () => {
  // Turn 1 in updates 0 to 19, turn 2 in 20 to 59, turn 1 in 60 to 99, turn 2 in 100 to 109.
  const updatesOf = countUpdates(
    110,
    (update) => turnsToTrain(update, { numTurns: 3 }).map((turn) => `turn_${turn}`),
  );
  assertEquals(updatesOf("turn_1", 0), { done: 0, total: 60 });
  assertEquals(updatesOf("turn_1", 30), { done: 20, total: 60 });
  assertEquals(updatesOf("turn_1", 61), { done: 21, total: 60 });
  assertEquals(updatesOf("turn_2", 61), { done: 40, total: 50 });
  assertEquals(updatesOf("turn_2", 109), { done: 49, total: 50 });
  assertEquals(updatesOf("turn_0", 109), { done: 0, total: 0 });
});

Deno.test("countUpdates() asks once for each update, however often it is asked", () => {
  let asked = 0;
  const updatesOf = countUpdates(50, () => {
    asked++;
    return ["all", "rest"];
  });
  for (let update = 0; update < 50; update++) {
    assertEquals(updatesOf("all", update), { done: update, total: 50 });
    assertEquals(updatesOf("rest", update), { done: update, total: 50 });
  }
  assertEquals(asked, 50);
});
