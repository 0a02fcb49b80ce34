/** Keeps tfjs's pool of GPU buffers from growing with every new shape. */

/** What the pool needs of a GPU buffer. */
export interface PooledBuffer {
  /** Bytes. */
  readonly size: number;
  /** Flags of what it may be used for. */
  readonly usage: number;
  /** Frees its memory. */
  destroy(): void;
}

/** The parts of tfjs's buffer manager that keep free buffers; some private there. */
export interface BufferPool {
  /** Bytes of buffers that tensors and queued commands use. */
  readonly numBytesUsed: number;
  /** Bytes of all buffers, free ones included. */
  numBytesAllocated: number;
  /** Number of free buffers. */
  numFreeBuffers: number;
  /** Free buffers by size and usage. */
  readonly freeBuffers: Map<string, PooledBuffer[]>;
  /** Takes a buffer back. */
  releaseBuffer(buffer: PooledBuffer, reuse?: boolean): void;
}

/** Bytes of free buffers below which none is given up. */
const ALWAYS_KEPT = 256 * 1024 ** 2;

/**
 * Makes a pool give up free buffers. tfjs reuses a buffer only for exactly its size and keeps it forever:
 * batches of ever new lengths fill the GPU. From now on no more stays free than was in use at most, so that
 * steps of the same shapes go on without new memory; sizes that were not released for the longest time go
 * first.
 *
 * @param pool The buffer manager of tfjs's WebGPU backend. It takes buffers back only after what uses them
 * has been submitted, so that they may be destroyed.
 * @param alwaysKept Bytes that may stay free in any case.
 */
export function limitFreeBuffers(pool: BufferPool, alwaysKept: number = ALWAYS_KEPT): void {
  const release = pool.releaseBuffer.bind(pool);
  let mostUsed = 0;
  pool.releaseBuffer = (buffer, reuse = true) => {
    mostUsed = Math.max(mostUsed, pool.numBytesUsed);
    release(buffer, reuse);
    const key = `${buffer.size}_${buffer.usage}`;
    const same = pool.freeBuffers.get(key);
    if (same !== undefined) { // to the end of the map's order
      pool.freeBuffers.delete(key);
      pool.freeBuffers.set(key, same);
    }
    const limit = Math.max(alwaysKept, mostUsed);
    for (const [, buffers] of pool.freeBuffers) {
      while (pool.numBytesAllocated - pool.numBytesUsed > limit && buffers.length > 0) {
        const oldest = buffers.pop()!;
        oldest.destroy();
        pool.numFreeBuffers--;
        pool.numBytesAllocated -= oldest.size;
      }
    }
  };
}
