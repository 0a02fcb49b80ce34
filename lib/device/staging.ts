import type { Heap } from "./heap.ts";

/** Addresses in the heap for arrays that need not lie on it. */
export interface Staging {
  /**
   * The address of an array's first element: its own when it lies on the heap, else that of a copy.
   *
   * @param values The array.
   * @returns Byte offset in the heap; 0 when it has no room for the copy.
   */
  pointer(values: ArrayBufferView): number;
  /** Copies what kernels wrote back to the arrays they stand for, and frees the copies. */
  release(): void;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * Makes a staging area for WebAssembly kernels, which reach nothing but the heap.
 *
 * @param heap Where copies are put.
 * @returns The staging area, empty.
 */
export function createStaging(heap: Heap): Staging {
  // By array, so that a tensor which is input and output of a kernel has one address.
  const copies = new Map<ArrayBufferView, number>();
  return {
    pointer(values: ArrayBufferView): number {
      if (heap.isOnHeap(values)) return values.byteOffset;
      const known = copies.get(values);
      if (known !== undefined) return known;
      const offset = heap.alloc(values.byteLength);
      if (offset === 0) return 0;
      new Uint8Array(heap.buffer, offset, values.byteLength).set(bytesOf(values));
      copies.set(values, offset);
      return offset;
    },
    release(): void {
      for (const [values, offset] of copies) {
        bytesOf(values).set(new Uint8Array(heap.buffer, offset, values.byteLength));
        heap.free(offset);
      }
      copies.clear();
    },
  };
}
