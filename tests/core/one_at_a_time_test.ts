import { assertEquals, assertRejects } from "@std/assert";
import { oneAtATime } from "../../lib/core/mod.ts";

Deno.test("oneAtATime() runs work in the order in which it came, also after work that failed", async () => {
  const queue = oneAtATime();
  const log: number[] = [];
  let running = 0;
  const work = (index: number, turns: number) =>
    queue(async () => {
      assertEquals(++running, 1);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      log.push(index);
      running--;
      if (index === 1) throw new RangeError("no");
      return 10 * index;
    });
  const [first, second, third] = [work(0, 9), work(1, 1), work(2, 0)];
  await assertRejects(() => second, RangeError, "no");
  assertEquals([await first, await third], [0, 20]);
  assertEquals(log, [0, 1, 2]);
});
