import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { startDevice } from "../../lib/device/mod.ts";
import {
  type BufferPool,
  limitFreeBuffers,
  type PooledBuffer,
} from "../../lib/device/webgpu_memory.ts";

/** A pool with tfjs's rules and no GPU. */
class Pool implements BufferPool {
  numBytesUsed = 0;
  numBytesAllocated = 0;
  numFreeBuffers = 0;
  readonly freeBuffers = new Map<string, PooledBuffer[]>();
  readonly destroyed: number[] = [];

  acquire(size: number): PooledBuffer {
    this.numBytesUsed += size;
    const free = this.freeBuffers.get(`${size}_1`)?.pop();
    if (free !== undefined) {
      this.numFreeBuffers--;
      return free;
    }
    this.numBytesAllocated += size;
    return { size, usage: 1, destroy: () => this.destroyed.push(size) };
  }

  releaseBuffer(buffer: PooledBuffer) {
    const key = `${buffer.size}_${buffer.usage}`;
    this.freeBuffers.set(key, [...this.freeBuffers.get(key) ?? [], buffer]);
    this.numBytesUsed -= buffer.size;
    this.numFreeBuffers++;
  }
}

Deno.test("limitFreeBuffers() keeps as much free as was in use, and gives up the oldest sizes", () => {
  const pool = new Pool();
  limitFreeBuffers(pool, 20);
  const use = (...sizes: number[]) => {
    const buffers = sizes.map((size) => pool.acquire(size));
    buffers.forEach((buffer) => pool.releaseBuffer(buffer));
  };
  use(60, 40); // 100 in use: 100 may stay free
  use(60, 40);
  assertEquals([pool.destroyed, pool.numBytesAllocated], [[], 100]);
  use(30); // 130 free: the 60 were released before the 40
  assertEquals([pool.destroyed, pool.numBytesAllocated, pool.numFreeBuffers], [[60], 70, 2]);
  use(40, 30);
  use(50); // 120 free: now the 40 are the oldest
  assertEquals([pool.destroyed, pool.numBytesAllocated], [[60, 40], 80]);
  const small = new Pool();
  limitFreeBuffers(small, 20);
  for (let size = 1; size <= 5; size++) small.releaseBuffer(small.acquire(size));
  assertEquals(small.destroyed, []); // 15 bytes: below what is always kept
});

const hasWebgpu = await startDevice("webgpu", { allowSoftwareAdapter: true })
  .then(() => true, (error) => {
    console.warn(`SKIPPED: memory of webgpu, as it does not start: ${error}`);
    return false;
  });

Deno.test({
  name: "tensors of ever new shapes on webgpu do not fill the GPU, and stay right",
  ignore: !hasWebgpu,
  fn: async () => {
    const { bufferManager } = tf.backend() as unknown as { bufferManager: BufferPool };
    const plain = bufferManager.releaseBuffer;
    limitFreeBuffers(bufferManager, 2 ** 16);
    try {
      let total = 0;
      for (let size = 2000; size < 2040; size++) {
        const x = tf.fill([size], size);
        const y = tf.tidy(() => x.add(tf.ones([size])).mul(2));
        assertEquals((await y.data()).at(-1), 2 * (size + 1));
        tf.dispose([x, y]);
        total += 4 * size * 3;
      }
      assert(total > 2 ** 19);
      const { numBytesAllocated, numBytesUsed } = bufferManager;
      assert(numBytesAllocated - numBytesUsed <= 2 ** 17, `${numBytesAllocated} bytes`);
    } finally {
      bufferManager.releaseBuffer = plain;
    }
  },
});
