import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "./cpu_backend.ts";

/** Elements that are worth a thread of their own. */
const GRAIN = 1 << 16;

/** bfloat16 copies of float32 tensors: made when a product asks, kept as long as the tensor is unchanged,
 * as most factors are used two to six times. */
export interface HalfCopies {
  /**
   * The address of a tensor's copy.
   *
   * @param info A float32 tensor.
   * @returns Byte offset in the heap; 0 when the tensor is not on it or it has no room for the copy.
   */
  pointer(info: tf.TensorInfo): number;
  /**
   * Frees a tensor's copy, if it has one.
   *
   * @param dataId The tensor's data id.
   */
  drop(dataId: object): void;
  /** Frees all copies. */
  clear(): void;
}

/**
 * Makes an empty set of copies.
 *
 * @param backend Holds the tensors; only used when a copy is made.
 * @returns The set.
 */
export function createHalfCopies(backend: CpuBackend): HalfCopies {
  const copies = new Map<object, number>();
  return {
    pointer(info) {
      const known = copies.get(info.dataId);
      if (known !== undefined) return known;
      const values = backend.float32(info);
      const offset = backend.heap.isOnHeap(values) ? backend.heap.alloc(values.length * 2) : 0;
      if (offset === 0) return 0;
      const options = { count: values.length, grain: GRAIN, align: 16 };
      backend.spread("toHalf", options, (from, to) => [
        ...[values.byteOffset + from * 4, offset + from * 2, to - from],
      ]);
      copies.set(info.dataId, offset);
      return offset;
    },
    drop(dataId) {
      const offset = copies.get(dataId);
      if (offset === undefined) return;
      backend.heap.free(offset);
      copies.delete(dataId);
    },
    clear() {
      for (const offset of copies.values()) backend.heap.free(offset);
      copies.clear();
    },
  };
}
