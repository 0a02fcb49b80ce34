import type * as tf from "@tensorflow/tfjs";
import type { SpreadOptions } from "./cut_range.ts";
import type { Heap } from "./heap.ts";
import { panelWidth } from "./panel_width.ts";

/** Elements that are worth a thread of their own. */
const GRAIN = 1 << 16;

/**
 * Copies of float32 tensors in bfloat16, transposed, or in panels: made when a product needs one, and freed when the
 * tensor changes. Most factors are used two to six times, and weights in every step of sampling.
 */
export interface TensorCopies {
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
  /**
   * Frees all copies.
   *
   * @returns Whether there were any.
   */
  clear(): boolean;
}

/** What holds the tensors and copies them: a {@linkcode CpuBackend} for instance. */
export interface CopySource {
  /** Where the copies lie. */
  readonly heap: Heap;
  /**
   * The values of a tensor.
   *
   * @param info A float32 tensor.
   * @returns Its values, in place.
   */
  float32(info: tf.TensorInfo): Float32Array;
  /**
   * Runs a kernel over ranges of its work, one per thread.
   *
   * @param kernel Name of the kernel.
   * @param options How much work there is and how finely it may be cut.
   * @param args Arguments of the call for one range.
   * @returns What the calls returned.
   */
  spread(
    kernel: string,
    options: SpreadOptions,
    args: (from: number, to: number) => readonly number[],
  ): number[];
}

/** How a copy is made. */
interface CopyForm {
  readonly bytesPerElement: number;
  /** Bytes of the heap that copies leave free; default 0. */
  readonly keepFree?: number;
  readonly make: (info: tf.TensorInfo, from: number, to: number) => void;
}

/**
 * Makes an empty set of copies in bfloat16.
 *
 * @param backend Holds the tensors; only used when a copy is made.
 * @returns The set.
 */
export function bfloat16Copies(backend: CopySource): TensorCopies {
  return tensorCopies(backend, {
    bytesPerElement: 2,
    make(info, source, target) {
      const count = info.shape.reduce((product, size) => product * size, 1);
      backend.spread("toBfloat16", { count, grain: GRAIN, align: 16 }, (from, to) => [
        source + from * 4,
        target + from * 2,
        to - from,
      ]);
    },
  });
}

/**
 * Makes an empty set of transposed copies of matrices.
 *
 * @param backend Holds the tensors; only used when a copy is made.
 * @returns The set.
 */
export function transposedCopies(backend: CopySource): TensorCopies {
  return tensorCopies(backend, {
    bytesPerElement: 4,
    make({ shape }, source, target) {
      const [rows, width] = shape as [number, number];
      const options = { count: rows, grain: Math.ceil(GRAIN / width), align: 4 };
      backend.spread("transpose", options, (from, to) => [
        source + from * width * 4,
        width,
        target + from * 4,
        rows,
        to - from,
        width,
      ]);
    },
  });
}

/**
 * Makes an empty set of copies of matrices [O, I] in panels of {@linkcode panelWidth} outputs, each transposed. They
 * are made while no more than half of the heap is in use.
 *
 * @param backend Holds the tensors; only used when a copy is made.
 * @returns The set.
 */
export function panelCopies(backend: CopySource): TensorCopies {
  return tensorCopies(backend, {
    bytesPerElement: 4,
    keepFree: backend.heap.buffer.byteLength / 2,
    make({ shape }, source, target) {
      const [outputs, inputs] = shape as [number, number];
      const panel = panelWidth(outputs, backend.heap.numThreads);
      const options = {
        count: Math.ceil(outputs / panel),
        grain: Math.ceil(GRAIN / panel / inputs),
      };
      backend.spread("toPanels", options, (first, last) => [
        source,
        target,
        outputs,
        inputs,
        panel,
        first,
        last,
      ]);
    },
  });
}

function tensorCopies(
  backend: CopySource,
  { bytesPerElement, keepFree = 0, make }: CopyForm,
): TensorCopies {
  const copies = new Map<object, number>();
  return {
    pointer(info) {
      const known = copies.get(info.dataId);
      if (known !== undefined) return known;
      const values = backend.float32(info);
      const isOnHeap = backend.heap.isOnHeap(values);
      const offset = isOnHeap ? backend.heap.alloc(values.length * bytesPerElement, keepFree) : 0;
      if (offset === 0) return 0;
      make(info, values.byteOffset, offset);
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
      const had = copies.size > 0;
      copies.clear();
      return had;
    },
  };
}
