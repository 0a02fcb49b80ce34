import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { retryAfterSeconds, retryDelay } from "../../lib/remote/retry_delay.ts";

Deno.test("retryDelay() doubles, ends at a minute, and draws its jitter from the stream that it is given", () => {
  const random = () => Random.fromSeed(3).split("pause");
  const share = 1 - random().uniform() / 2;
  for (const [tries, pause] of [[1, 0.5], [2, 1], [5, 8], [9, 60], [4000, 60]] as const) {
    assertEquals(retryDelay(tries, { first: 0.5, random: random() }), pause * share);
  }
  const delays = Array.from(
    { length: 200 },
    (_, i) => retryDelay(1, { first: 1, random: Random.fromSeed(i) }),
  );
  assert(delays.every((delay) => 0.5 < delay && delay <= 1));
  assert(Math.max(...delays) - Math.min(...delays) > 0.4);
});

Deno.test("retryDelay() waits as long as the server asks, up to a minute", () => {
  const delay = (retryAfter: number) =>
    retryDelay(1, { first: 0.5, retryAfter, random: Random.fromSeed(0) });
  assertEquals([delay(7), delay(3600)], [7, 60]);
  assert(delay(0) > 0.2);
});

Deno.test("retryAfterSeconds() reads seconds and dates", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const read = (value: string | null) => retryAfterSeconds(value, now);
  assertEquals(read("2.5"), 2.5);
  assertEquals(read("Thu, 01 Jan 2026 00:00:10 GMT"), 10);
  assertEquals(read("Thu, 01 Jan 2015 00:00:10 GMT"), 0);
  assertEquals(["soon", "", " ", null].map(read), Array(4).fill(undefined));
});
