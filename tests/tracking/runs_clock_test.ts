import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { runsClock, secondsLeft, secondsOf } from "../../lib/tracking/mod.ts";

const results = { long: { count: 3, seconds: 100 }, short: { count: 2, seconds: 10 } };

Deno.test("secondsLeft() goes by what runs are told to take until one is finished", () => {
  assertEquals(secondsLeft(results, new Map()), 3 * 100 + 2 * 10);
});

Deno.test("secondsLeft() goes by finished runs of the same result, and scales the others alike", () => {
  // One of 100 s took 200: two more of 200, and the others twice what they are told.
  assertEquals(secondsLeft(results, new Map([["long", [200]]])), 2 * 200 + 2 * 20);
  // 10 + 100 told, 30 + 200 taken: both results are measured themselves.
  assertEquals(secondsLeft(results, new Map([["long", [200]], ["short", [30]]])), 2 * 200 + 30);
  assertEquals(
    secondsLeft({ a: { count: 2, seconds: 10 } }, new Map([["a", [4, 6]]])),
    0,
  );
});

Deno.test("runsClock() counts runs over all results, and measures what is finished", () => {
  let ms = 0;
  const clock = runsClock(results, () => ms);
  const long = clock.watch("long"), short = clock.watch("short");
  assertEquals(long.begin(), "run 1 of 5 to make, about 5 min 20 s left for all");
  ms += 50_000;
  long.end();
  // Half of what is told: 2 · 50 + 2 · 5.
  assertEquals(short.begin(), "run 2 of 5 to make, about 1 min 50 s left for all");
  assertThrows(() => clock.watch("other"), RangeError, "the clock must know them");
});

Deno.test("runsClock() does not say how long runs take of which nobody tells", () => {
  for (const seconds of [0, NaN]) {
    const untold = { ...results, untold: { count: 2, seconds } };
    assertEquals(secondsLeft(untold, new Map()), null);
    assertEquals(secondsLeft(untold, new Map([["untold", [7]]])), 320 + 7);
    assertEquals(secondsLeft(untold, new Map([["untold", [7, 7]], ["long", [200]]])), 400 + 40);
    const clock = runsClock(untold, () => 0);
    const line = clock.watch("long").begin();
    assertEquals(line, "run 1 of 7 to make, nobody knows yet how long all of them take");
  }
});

Deno.test("secondsOf() reads minutes in words", () => {
  assertEquals(secondsOf("6 to 8 on two cores"), 7 * 60);
  assertEquals(secondsOf("about 12 on two cores"), 12 * 60);
  assertAlmostEquals(secondsOf("1.5 on 16 cores"), 90);
  assertEquals(secondsOf("quick"), 0);
});
