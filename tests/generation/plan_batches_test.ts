import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { planBatches } from "../../lib/generation/plan_batches.ts";

const of = (missing: readonly number[]) => missing.map((n) => ({ missing: n, length: 100 }));

Deno.test("planBatches() puts every prompt into one batch of at most maxRows", () => {
  const random = Random.fromSeed(3);
  for (const count of [0, 1, 2, 7, 30]) {
    for (const maxRows of [1, 4, 100]) {
      const prompts = of(Array.from({ length: count }, () => random.integer(1, 90)));
      const batches = planBatches(prompts, { maxRows, batchCost: 50 });
      assertEquals(batches.flat().sort((a, b) => a - b), prompts.map((_, i) => i));
      assert(batches.every(({ length }) => length > 0 && length <= maxRows));
    }
  }
});

Deno.test("planBatches() sorts by what is missing, then by length, then as they came", () => {
  const prompts = [[5, 9], [3, 9], [5, 8], [3, 9]].map(([missing, length]) => ({
    missing: missing!,
    length: length!,
  }));
  assertEquals(planBatches(prompts, { maxRows: 9, batchCost: 1e9 }), [[1, 3, 2, 0]]);
});

Deno.test("planBatches() cuts as cheaply as any cut of the sorted prompts", () => {
  const random = Random.fromSeed(4);
  for (let repeat = 0; repeat < 50; repeat++) {
    const [maxRows, batchCost] = [random.integer(1, 6), random.integer(0, 80)];
    const missing = Array.from({ length: 8 }, () => random.integer(1, 60)).sort((a, b) => a - b);
    const costOf = (sizes: number[]) => {
      let [cost, end] = [0, 0];
      for (const size of sizes) {
        end += size;
        cost += size > maxRows ? Infinity : batchCost + size * missing[end - 1]!;
      }
      return cost;
    };
    let least = Infinity;
    for (let cuts = 0; cuts < 1 << 7; cuts++) { // bit i: a batch ends behind prompt i
      const ends = [0, 1, 2, 3, 4, 5, 6].filter((i) => cuts & (1 << i)).map((i) => i + 1);
      least = Math.min(least, costOf([...ends, 8].map((end, i) => end - (ends[i - 1] ?? 0))));
    }
    const sizes = planBatches(of(missing), { maxRows, batchCost }).map(({ length }) => length);
    assertEquals(costOf(sizes), least);
  }
});
