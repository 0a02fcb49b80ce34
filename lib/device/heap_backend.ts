import * as tf from "@tensorflow/tfjs";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { Heap } from "./heap.ts";

/** Share of the heap that tensors leave free, so that kernels can stage what lies elsewhere. */
const STAGING_SHARE = 1 / 8;
/** A tensor larger than this share of the heap (1 GiB of 4) lies elsewhere: one such would crowd out all. */
const LARGEST_SHARE = 1 / 4;

type Values = Float32Array | Int32Array;

/**
 * tfjs's plain `cpu` backend with its tensors on a heap of native memory.
 *
 * No two tensors share memory unless they share a data id (which tfjs counts): what kernels hand over,
 * views of other tensors included, is copied, and so is what is read. Kernels may therefore write in place
 * into a tensor whose `refCount` is 1, and its block can be handed out again once it is disposed.
 */
export class HeapBackend extends MathBackendCPU {
  /** Where tensors lie. */
  readonly heap: Heap;
  #nextId = 0;

  /**
   * Makes a backend without tensors.
   *
   * @param heap Where they will lie.
   */
  constructor(heap: Heap) {
    super();
    this.heap = heap;
  }

  /**
   * Makes a tensor whose elements are not set.
   *
   * @param shape Any shape.
   * @param dtype Type of its elements.
   * @returns The tensor; the caller disposes it or returns it from a kernel.
   */
  allocate(shape: number[], dtype: "float32" | "int32"): tf.TensorInfo {
    const values = this.#newValues(tf.util.sizeFromShape(shape), dtype);
    return { dataId: this.store(values, dtype), shape, dtype };
  }

  /**
   * A tensor's elements, in place unless the tensor stores another type (tfjs lets a cast share data).
   *
   * @param info A float32 tensor.
   * @returns A view that is valid until the tensor is disposed.
   */
  float32(info: tf.TensorInfo): Float32Array {
    const values = this.data.get(info.dataId).values as Values;
    return values instanceof Float32Array ? values : Float32Array.from(values);
  }

  /**
   * A tensor's elements, in place unless the tensor stores another type.
   *
   * @param info An int32 tensor.
   * @returns A view that is valid until the tensor is disposed.
   */
  int32(info: tf.TensorInfo): Int32Array {
    const values = this.data.get(info.dataId).values as Values;
    return values instanceof Int32Array ? values : Int32Array.from(values);
  }

  /**
   * Stores values of the user or of a tfjs kernel; part of tfjs's interface of backends.
   *
   * @param values The elements; copied.
   * @param _shape Not used.
   * @param dtype Type of the elements.
   * @returns The new tensor's data id.
   */
  override write(
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
  ): object {
    return this.store(this.#own(values, dtype), dtype);
  }

  /**
   * Stores values that come from another backend; part of tfjs's interface of backends.
   *
   * @param dataId The tensor's data id.
   * @param values The elements; copied.
   * @param _shape Not used.
   * @param dtype Type of the elements.
   * @param refCount Tensors that share the data.
   */
  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.#set(dataId, { values: this.#own(values, dtype), dtype, refCount });
  }

  /**
   * Reads a tensor; part of tfjs's interface of backends.
   *
   * @param dataId The tensor's data id.
   * @returns A copy of its elements.
   */
  override readSync(dataId: object): tf.backend_util.BackendValues {
    const { values, dtype } = this.data.get(dataId);
    const copied = super.readSync(dataId);
    return copied === values && (dtype === "float32" || dtype === "int32")
      ? (values as Values).slice()
      : copied;
  }

  /**
   * Drops one reference to a tensor's data and frees them with the last; part of tfjs's interface.
   *
   * @param dataId The data id.
   * @param force Free whatever the count is.
   * @returns Whether the data are gone.
   */
  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    if (!super.disposeData(dataId, force)) return false;
    const { values } = entry; // not before: what is packed is unpacked when somebody looks
    if (ArrayBuffer.isView(values) && this.heap.isOnHeap(values)) {
      this.heap.free(values.byteOffset);
    }
    return true;
  }

  /**
   * How much is held; part of tfjs's interface of backends.
   *
   * @returns The heap's occupancy in tfjs's form; tensors off the heap are not in it.
   */
  override memory(): { unreliable: boolean; reasons: string[]; heapBytes: number } {
    return { unreliable: false, reasons: [], heapBytes: this.heap.stats.liveBytes };
  }

  /**
   * Frees what can be made again, for an allocation that found no room.
   *
   * @returns Whether anything was freed.
   */
  makeRoom(): boolean {
    return false;
  }

  /**
   * Keeps values under a new data id.
   *
   * @param values The elements, which become the backend's; undefined where they come later.
   * @param dtype Type of the elements.
   * @returns The data id.
   */
  protected store(values: tf.backend_util.BackendValues | undefined, dtype: tf.DataType): object {
    const dataId = { id: this.#nextId++ };
    this.#set(dataId, { values, dtype, refCount: 1 });
    return dataId;
  }

  #set(
    dataId: object,
    entry: {
      values: tf.backend_util.BackendValues | undefined;
      dtype: tf.DataType;
      refCount: number;
    },
  ): void {
    // Complex tensors are stored without values at first.
    this.data.set(dataId, entry as Parameters<typeof this.data.set>[1]);
  }

  /** Values in memory of their own; strings and booleans stay, as nothing frees or overwrites them. */
  #own(
    values: tf.backend_util.BackendValues | undefined,
    dtype: tf.DataType,
  ): tf.backend_util.BackendValues | undefined {
    if (values === undefined || (dtype !== "float32" && dtype !== "int32")) return values;
    const owned = this.#newValues(values.length, dtype);
    owned.set(values as Values);
    return owned;
  }

  #newValues(size: number, dtype: "float32" | "int32"): Values {
    const total = this.heap.buffer.byteLength;
    const take = () => this.heap.alloc(size * 4, total * STAGING_SHARE);
    const offset = size * 4 > total * LARGEST_SHARE ? 0 : take() || (this.makeRoom() ? take() : 0);
    if (dtype === "int32") {
      return offset === 0 ? new Int32Array(size) : new Int32Array(this.heap.buffer, offset, size);
    }
    return offset === 0 ? new Float32Array(size) : new Float32Array(this.heap.buffer, offset, size);
  }
}
