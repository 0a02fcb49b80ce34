import type * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../core/errors.ts";
import { cutRange, type SpreadOptions } from "./cut_range.ts";
import { checkGemm, type GemmOptions, type Products, scaleOnly } from "./gemm.ts";
import {
  bfloat16Copies,
  panelCopies,
  type TensorCopies,
  transposedCopies,
} from "./tensor_copies.ts";
import { createHeap, type Heap } from "./heap.ts";
import { HeapBackend } from "./heap_backend.ts";
import type { ProductDtype } from "./product_dtype.ts";
import { splitProduct } from "./split_product.ts";
import { createStaging, type Staging } from "./staging.ts";
import { createWorkerPool, type WorkerPool } from "./worker_pool.ts";
import type { KernelExports } from "./wasm_kernels.ts";
import { wasmProducts } from "./wasm_products.ts";

/** Name under which the backend and its kernels are registered with tfjs. */
export const CPU_BACKEND = "maporl-cpu";

/** What a {@link CpuBackend} is made of. */
export interface CpuBackendOptions {
  /** Where tensors lie, with regions for the threads to compute on; default: a new heap of 4 GiB for one. */
  readonly heap?: Heap;
}

/** A product of whole matrices, see {@link CpuBackend.multiply}. */
export interface TensorProduct extends Pick<GemmOptions, "transA" | "transB" | "alpha" | "beta"> {
  /** Shape [M, K], or [K, M] if it is transposed. */
  readonly a: tf.TensorInfo;
  /** Shape [K, N], or [N, K] if it is transposed. */
  readonly b: tf.TensorInfo;
  /** Shape [M, N]. */
  readonly c: tf.TensorInfo;
}

/**
 * A tfjs backend on native memory: WebAssembly kernels, on several threads, and native libraries work on
 * its tensors in place. Everything that it does not do itself is tfjs's plain `cpu` backend, whose kernels
 * run on it unchanged.
 */
export class CpuBackend extends HeapBackend {
  readonly #staging: Staging;
  #products: Products;
  #pool: WorkerPool | undefined;
  #productDtype: ProductDtype = "float32";
  readonly #bfloat16Copies: TensorCopies = bfloat16Copies(this);
  readonly #transposedCopies = transposedCopies(this);
  readonly #panelCopies: TensorCopies;

  /**
   * Makes a backend; `tf.registerBackend` makes it known.
   *
   * @param options The heap; there is a default.
   */
  constructor(options: CpuBackendOptions = {}) {
    super(options.heap ?? createHeap());
    this.#staging = createStaging(this.heap);
    this.#panelCopies = panelCopies(this);
    this.#products = wasmProducts(this.heap, () => this.pool);
  }

  /** The threads that kernels run on, started at first use. */
  get pool(): WorkerPool {
    return this.#pool ??= createWorkerPool(this.heap, this.heap.numThreads);
  }

  /** The WebAssembly kernels upon the heap, on this thread. */
  get wasm(): KernelExports {
    return this.pool.kernels;
  }

  /** What multiplies matrices. */
  get products(): Products {
    return this.#products;
  }

  /**
   * Changes what multiplies matrices.
   *
   * @param products A native library; null for the WebAssembly kernels.
   */
  useProducts(products: Products | null): void {
    this.pool.useProducts(products);
    this.#products = products ?? wasmProducts(this.heap, () => this.pool);
  }

  /**
   * Runs a kernel over ranges of its work, one per thread.
   *
   * @param kernel Name of the kernel.
   * @param options How much work there is and how finely it may be cut.
   * @param args Arguments of the call for the range `from` … `to`−1 on thread number `thread`.
   * @returns What the calls returned; none for no work.
   */
  spread(
    kernel: string,
    options: SpreadOptions,
    args: (from: number, to: number, thread: number) => readonly number[],
  ): number[] {
    const ranges = cutRange(options, this.pool.numThreads);
    if (ranges.length === 0) return [];
    return this.pool.run(kernel, ranges.map(([from, to], thread) => args(from, to, thread)));
  }

  /**
   * The address of a tensor's first element for WebAssembly kernels. A tensor off the heap is copied onto
   * it until {@link CpuBackend.releaseStaged}, which writes the copy back.
   *
   * @param info A float32 or int32 tensor.
   * @returns Byte offset in the heap.
   * @throws {DeviceError} When the heap has no room for the copy.
   */
  pointer(info: tf.TensorInfo): number {
    const values = info.dtype === "int32" ? this.int32(info) : this.float32(info);
    const place = () => this.#staging.pointer(values);
    const pointer = place() || (this.makeRoom() ? place() : 0);
    if (pointer === 0) {
      const { liveBytes } = this.heap.stats;
      throw new DeviceError(
        `Cannot run a WebAssembly kernel as [${info.shape.join(", ")}] must fit into the heap: ` +
          `${values.byteLength} bytes asked for, ${liveBytes} of ${this.heap.buffer.byteLength} in use`,
        { remedy: "Take smaller batches (fewer or shorter rows), or dispose tensors earlier" },
      );
    }
    return pointer;
  }

  /** Ends the copies that {@link CpuBackend.pointer} has made. */
  releaseStaged(): void {
    this.#staging.release();
  }

  /**
   * Runs a kernel on the addresses of tensors, staging those off the heap around it.
   *
   * @param infos Inputs and outputs of the kernel.
   * @param run Receives their byte offsets, in the same order.
   * @returns What `run` returns.
   * @throws {DeviceError} When the heap has no room for the copies.
   */
  withPointers<R>(infos: readonly tf.TensorInfo[], run: (...pointers: number[]) => R): R {
    try {
      return run(...infos.map((info) => this.pointer(info)));
    } finally {
      this.releaseStaged();
    }
  }

  /**
   * C ← alpha · op(A) · op(B) + beta · C by the library in use, on every thread.
   *
   * @param options The product; arrays may be views of tensors or any other memory.
   * @throws {RangeError} When sizes, strides and arrays do not fit together.
   */
  gemm(options: GemmOptions): void {
    const { a, b, c } = options;
    if (!checkGemm(options)) scaleOnly(options);
    else if (this.heap.isOnHeap(a) && this.heap.isOnHeap(b) && this.heap.isOnHeap(c)) {
      const places = { a: a.byteOffset, b: b.byteOffset, c: c.byteOffset };
      const parts = splitProduct({ ...options, ...places, bfloat16: false }, this.pool.numThreads);
      this.pool.run("product", parts);
    } else this.#products.gemm(options);
  }

  /**
   * {@link CpuBackend.gemm} of whole matrices, A and B in {@link CpuBackend.productDtype}: for the
   * products of a model, which keep their meaning when their factors are rounded.
   *
   * @param product Transposes and factors, and the matrices as tensors.
   */
  multiply({ transA, transB, alpha, beta, ...tensors }: TensorProduct): void {
    const [a, b, c] = [tensors.a, tensors.b, tensors.c].map((info) => this.float32(info));
    const [aRows, lda] = tensors.a.shape as [number, number];
    const [m, ldc] = tensors.c.shape as [number, number];
    const ldb = tensors.b.shape[1]!;
    const sizes = { m, n: ldc, k: transA ? aRows : lda, lda, ldb, ldc };
    const scalars = { transA, transB, alpha, beta };
    if (this.#productDtype === "bfloat16" && m * sizes.n * sizes.k > 0 && this.heap.isOnHeap(c!)) {
      const places = {
        a: this.#bfloat16Copies.pointer(tensors.a),
        b: this.#bfloat16Copies.pointer(tensors.b),
      };
      if (places.a !== 0 && places.b !== 0) {
        const placed = { ...sizes, ...scalars, ...places, c: c!.byteOffset, bfloat16: true };
        this.pool.run("product", splitProduct(placed, this.pool.numThreads));
        return;
      }
    }
    this.gemm({ ...sizes, ...scalars, a: a!, b: b!, c: c! });
  }

  /**
   * The address of a tensor's bfloat16 copy, which is kept while the tensor is unchanged.
   *
   * @param info A float32 tensor.
   * @returns Byte offset in the heap; 0 where products do not read bfloat16 or the heap has no room.
   */
  bfloat16Pointer(info: tf.TensorInfo): number {
    return this.#productDtype === "bfloat16" ? this.#bfloat16Copies.pointer(info) : 0;
  }

  /**
   * The address of a matrix's transposed copy, which is kept while the matrix is unchanged: the libraries
   * multiply few rows 5 to 20 % faster by [I, O] than by the transpose of [O, I].
   *
   * @param info A float32 matrix.
   * @returns Byte offset in the heap; 0 where it has no room.
   */
  transposedPointer(info: tf.TensorInfo): number {
    return this.#transposedCopies.pointer(info);
  }

  /**
   * The address of a matrix's copy in panels, see {@linkcode panelCopies}, which is kept while the matrix is unchanged
   * and nothing else needs the room: to be used before anything else is allocated. The libraries multiply 8 to 100
   * rows 1.2 to 2.7 times as fast by it as by the transpose of [O, I], and by a wide matrix such as a head.
   *
   * @param info A float32 matrix.
   * @returns Byte offset in the heap; 0 where it has no room.
   */
  panelPointer(info: tf.TensorInfo): number {
    return this.#panelCopies.pointer(info);
  }

  /**
   * Frees the copies in panels, for an allocation that found no room.
   *
   * @returns Whether there were any.
   */
  override makeRoom(): boolean {
    return this.#panelCopies.clear();
  }

  /** What the factors of {@link CpuBackend.multiply} are rounded to. */
  get productDtype(): ProductDtype {
    return this.#productDtype;
  }

  set productDtype(dtype: ProductDtype) {
    this.#productDtype = dtype;
    this.#bfloat16Copies.clear();
  }

  /**
   * To be called by a kernel that has written into a tensor which was there before.
   *
   * @param info The tensor.
   */
  wrote(info: tf.TensorInfo): void {
    this.#bfloat16Copies.drop(info.dataId);
    this.#transposedCopies.drop(info.dataId);
    this.#panelCopies.drop(info.dataId);
  }

  /**
   * Drops one reference to a tensor's data and frees them with the last; part of tfjs's interface.
   *
   * @param dataId The data id.
   * @param force Free whatever the count is.
   * @returns Whether the data are gone.
   */
  override disposeData(dataId: object, force = false): boolean {
    const gone = super.disposeData(dataId, force);
    if (gone) {
      const all = [this.#bfloat16Copies, this.#transposedCopies, this.#panelCopies];
      for (const copies of all) copies.drop(dataId);
    }
    return gone;
  }
}
