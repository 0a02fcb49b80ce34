import { assert, assertEquals, assertThrows } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { createHeap } from "../../lib/device/heap.ts";
import { createWorkerPool } from "../../lib/device/worker_pool.ts";

const NUM_THREADS = 3;
const heap = createHeap({ maxBytes: 16 << 20, numThreads: NUM_THREADS });
const pool = createWorkerPool(heap, NUM_THREADS);

function block(values: readonly number[]): { at: number; view: Float32Array } {
  const at = heap.alloc(4 * values.length);
  const view = new Float32Array(heap.buffer, at, values.length);
  view.set(values);
  return { at, view };
}

Deno.test("run() runs each call on a thread of its own, and all see one memory", () => {
  const x = block([1, 2, 3, 4, 5, 6]);
  const y = block([0, 0, 0, 0, 0, 0]);
  // y = 2 x + 1 on two elements each.
  const calls = [0, 1, 2].map((i) => [x.at + 8 * i, 2, 1, y.at + 8 * i, 2]);
  pool.run("affine", calls);
  assertEquals([...y.view], [3, 5, 7, 9, 11, 13]);
  [x, y].forEach(({ at }) => heap.free(at));
});

Deno.test("run() gives what the calls returned, in their order, job after job", () => {
  const x = block(Array.from({ length: 300 }, (_, i) => i));
  for (let repeat = 0; repeat < 200; repeat++) {
    // 0 + … + 99 = 4950, and 100 · 100 more for each hundred behind it.
    const sums = pool.run("sum", [0, 1, 2].map((i) => [x.at + 400 * i, 100]));
    assertEquals(sums, [4950, 14950, 24950]);
  }
  assertEquals(pool.run("sum", [[x.at, 2]]), [1], "one call stays on this thread");
  heap.free(x.at);
});

Deno.test("run() gives each thread scratch of its own: products at the same time", () => {
  const size = 60;
  const values = (seed: number) =>
    Array.from({ length: size * size }, (_, i) => ((i * seed) % 7) - 3);
  const [a, b] = [block(values(3)), block(values(5))];
  const results = [0, 1, 2].map(() => block(new Array(size * size).fill(NaN)));
  const call = (c: number) => [0, 0, 0, size, size, size, 1, a.at, size, b.at, size, 0, c, size];
  pool.run("product", results.map(({ at }) => call(at)));
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a.view[size + k]! * b.view[k * size + 2]!;
  for (const { view } of results) {
    assertEquals(view[size + 2], sum, "small integers are exact");
    assertEquals([...view], [...results[0]!.view]);
  }
  [a, b, ...results].forEach(({ at }) => heap.free(at));
});

Deno.test("run() says when a worker fails, and goes on working", () => {
  const x = block([1, 2]);
  // The second call reads beyond the memory, which WebAssembly refuses.
  const beyond = heap.buffer.byteLength;
  const error = assertThrows(
    () => pool.run("sum", [[x.at, 2], [beyond, 4096]]),
    DeviceError,
    "Cannot run sum on every thread",
  );
  assert(error.message.includes("out of bounds"), error.message);
  assertEquals(pool.run("sum", [[x.at, 2], [x.at, 1]]), [3, 1]);
  heap.free(x.at);
});

Deno.test("run() waits for the workers when this thread's own call fails", () => {
  const count = 1 << 20;
  const at = heap.alloc(4 * count);
  const view = new Float32Array(heap.buffer, at, count);
  for (let repeat = 0; repeat < 20; repeat++) {
    view.fill(repeat);
    const beyond = heap.buffer.byteLength;
    assertThrows(() => pool.run("affine", [[beyond, 2, 1, beyond, 64], [at, 2, 1, at, count]]));
    assertEquals(view[count - 1], 2 * repeat + 1, "the worker had not ended");
    assertEquals(pool.run("sum", [[at, 1], [at, 2]]), [2 * repeat + 1, 4 * repeat + 2]);
  }
  heap.free(at);
});
