import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHeap } from "../../lib/device/heap.ts";

const MIB = 1 << 20;

Deno.test("alloc() aligns blocks to 64 bytes behind the reserved first MiB", () => {
  const heap = createHeap({ maxBytes: 4 * MIB });
  for (const bytes of [0, 1, 63, 64, 65, 1000, 4096]) {
    const offset = heap.alloc(bytes);
    assertEquals(offset % 64, 0);
    assert(offset >= MIB);
  }
  // 0, 1, 63, 64 take one unit of 64 bytes each; 65 two; 1000 sixteen; 4096 sixty-four: 86 units.
  assertEquals(heap.stats.liveBytes, 86 * 64);
  assertEquals(heap.stats.numBlocks, 7);
});

Deno.test("free() makes a block available again at the same place", () => {
  const heap = createHeap({ maxBytes: 4 * MIB });
  const first = heap.alloc(10_000);
  heap.free(first);
  assertEquals(heap.alloc(10_000), first);
  assertEquals(heap.stats.numBlocks, 1);
});

Deno.test("free() joins neighbours, whatever the order of freeing", () => {
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]]) {
    const heap = createHeap({ maxBytes: 4 * MIB });
    const offsets = [heap.alloc(MIB), heap.alloc(MIB), heap.alloc(MIB)];
    assertEquals(heap.alloc(1), 0, "three blocks of 1 MiB fill the three that are there");
    for (const i of order) heap.free(offsets[i]!);
    assertEquals(heap.alloc(3 * MIB), MIB, `order ${order}`);
  }
});

Deno.test("alloc() answers 0 when full and recovers after free()", () => {
  const heap = createHeap({ maxBytes: 4 * MIB });
  const offsets: number[] = [];
  for (let offset = heap.alloc(100_000); offset !== 0; offset = heap.alloc(100_000)) {
    offsets.push(offset);
  }
  // 100 000 bytes take 100 032; 3 MiB hold 31 of them.
  assertEquals(offsets.length, 31);
  assertEquals(heap.alloc(5 * 1024 * MIB), 0);
  for (const offset of offsets) heap.free(offset);
  assertEquals(heap.stats.liveBytes, 0);
  assert(heap.alloc(3 * MIB) > 0);
});

Deno.test("resetPeak() measures the peak from then on", () => {
  const heap = createHeap({ maxBytes: 4 * MIB });
  const kept = heap.alloc(MIB);
  heap.free(heap.alloc(MIB));
  assertEquals(heap.stats.peakBytes, 2 * MIB);
  heap.resetPeak();
  assertEquals(heap.stats.peakBytes, MIB);
  heap.free(heap.alloc(MIB / 2));
  assertEquals(heap.stats.peakBytes, 1.5 * MIB);
  heap.free(kept);
  assertEquals(heap.stats.liveBytes, 0);
});

Deno.test("free() refuses offsets that are not live", () => {
  const heap = createHeap({ maxBytes: 4 * MIB });
  const offset = heap.alloc(64);
  heap.free(offset);
  assertThrows(() => heap.free(offset), RangeError, `${offset}`);
  assertThrows(() => heap.free(0), RangeError);
});

Deno.test("alloc() and free() keep blocks disjoint under a random load", () => {
  const heap = createHeap({ maxBytes: 16 * MIB });
  const blocks: { offset: number; view: Uint32Array; tag: number }[] = [];
  let state = 12345;
  const draw = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  for (let step = 1; step <= 20_000; step++) {
    if (blocks.length > 0 && draw(2) === 0) {
      const [block] = blocks.splice(draw(blocks.length), 1);
      assert(
        block!.view.every((v) => v === block!.tag),
        `block of step ${block!.tag} was overwritten`,
      );
      heap.free(block!.offset);
    } else {
      const numWords = draw(1 << draw(13)) + 1;
      const offset = heap.alloc(numWords * 4);
      if (offset === 0) continue;
      const view = new Uint32Array(heap.buffer, offset, numWords).fill(step);
      blocks.push({ offset, view, tag: step });
    }
  }
  for (const block of blocks) heap.free(block.offset);
  assertEquals(heap.stats.liveBytes, 0);
  assertEquals(heap.alloc(15 * MIB), MIB, "everything joins into one block");
});

Deno.test("createHeap() reserves 4 GiB whose end can be used", () => {
  const heap = createHeap();
  assertEquals(heap.buffer.byteLength, 2 ** 32);
  const low = heap.alloc(2 ** 32 - 2 * MIB);
  const high = heap.alloc(MIB);
  assert(low > 0 && high === 2 ** 32 - MIB, `${low} ${high}`);
  const view = new Float32Array(heap.buffer, high, MIB / 4);
  view[view.length - 1] = 2.5;
  assertEquals(new DataView(heap.buffer).getFloat32(2 ** 32 - 4, true), 2.5);
  assert(heap.isOnHeap(view) && !heap.isOnHeap(new Float32Array(1)));
});

Deno.test("createHeap() refuses sizes outside 2 MiB to 4 GiB", () => {
  for (const maxBytes of [0, MIB, 2 ** 32 + 1, NaN]) {
    assertThrows(() => createHeap({ maxBytes }), RangeError, `${maxBytes}`);
  }
});
