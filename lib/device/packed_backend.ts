import type * as tf from "@tensorflow/tfjs";
import type { SpreadOptions } from "./cut_range.ts";
import { HeapBackend } from "./heap_backend.ts";
import { checkPacked, type PackedMatrix, type RoundedFormat } from "./packed_matrix.ts";
import { packRows, repackRows, type RowRunner, unpackAll, unpackChosen } from "./packed_rows.ts";

/** A backend some of whose tensors stand for packed matrices outside of its heap. */
export abstract class PackedBackend extends HeapBackend implements RowRunner {
  readonly #matrices = new Map<object, PackedMatrix>();

  /**
   * Runs a kernel over ranges of its work, one per thread.
   *
   * @param kernel Name of the kernel.
   * @param options How much work there is and how finely it may be cut.
   * @param args Arguments of the call for the range `from` … `to`−1 on thread number `thread`.
   * @returns What the calls returned; none for no work.
   */
  abstract spread(
    kernel: string,
    options: SpreadOptions,
    args: (from: number, to: number, thread: number) => readonly number[],
  ): number[];

  /**
   * Makes a tensor of a matrix that stays packed outside of the heap. Products and {@link PackedBackend.chosenRows} read
   * it some rows at a time; everything else gets all of its numbers anew each time.
   *
   * @param matrix The matrix; its bytes must not be changed afterwards.
   * @returns A float32 tensor; the caller disposes it.
   * @throws {RangeError} When there are not as many bytes as it takes.
   */
  storePacked(matrix: PackedMatrix): tf.TensorInfo {
    checkPacked(matrix);
    const dataId = this.store(undefined, "float32");
    Object.defineProperty(this.data.get(dataId), "values", {
      get: () => unpackAll(this, matrix),
      configurable: true,
    });
    this.#matrices.set(dataId, matrix);
    return { dataId, shape: [...matrix.shape], dtype: "float32" };
  }

  /**
   * The packed matrix that a tensor stands for.
   *
   * @param info The tensor.
   * @returns The matrix; undefined where its numbers lie in memory as they are.
   */
  packed(info: Pick<tf.TensorInfo, "dataId">): PackedMatrix | undefined {
    return this.#matrices.get(info.dataId);
  }

  /**
   * Rounds a matrix to few bits.
   *
   * @param values Its numbers, row by row.
   * @param shape Rows and width.
   * @param format What to round to.
   * @returns The matrix, outside of the heap.
   */
  pack(
    values: Float32Array,
    shape: readonly [number, number],
    format: RoundedFormat,
  ): PackedMatrix {
    return packRows(this, values, shape, format);
  }

  /**
   * Rounds a matrix that is packed in another format.
   *
   * @param matrix The matrix.
   * @param format What to round to.
   * @returns The matrix, outside of the heap.
   */
  repack(matrix: PackedMatrix, format: RoundedFormat): PackedMatrix {
    return repackRows(this, matrix, format);
  }

  /**
   * Rows of a packed matrix by index.
   *
   * @param matrix The matrix, [V, W].
   * @param ids Which rows; those out of range give the first.
   * @param y Their numbers, [N, W].
   */
  chosenRows(matrix: PackedMatrix, ids: tf.TensorInfo, y: tf.TensorInfo): void {
    unpackChosen(this, matrix, this.int32(ids), this.float32(y));
  }

  /**
   * Drops one reference to a tensor's data and frees them with the last; part of tfjs's interface.
   *
   * @param dataId The data id.
   * @param force Free whatever the count is.
   * @returns Whether the data are gone.
   */
  override disposeData(dataId: object, force = false): boolean {
    if (this.#matrices.has(dataId)) {
      const entry = this.data.get(dataId);
      // Nobody shall unpack what is about to go.
      if (force || entry.refCount === 1) {
        Object.defineProperty(entry, "values", { value: undefined });
      }
    }
    const gone = super.disposeData(dataId, force);
    if (gone) this.#matrices.delete(dataId);
    return gone;
  }
}
