import type * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../core/errors.ts";
import { cutRange, type SpreadOptions } from "./cut_range.ts";
import { checkGemm, type GemmOptions, type Products, scaleOnly } from "./gemm.ts";
import { createHeap, type Heap } from "./heap.ts";
import { CopyingBackend } from "./copying_backend.ts";
import { forWeightRows } from "./packed_product.ts";
import { type PlacedProduct, splitProduct } from "./split_product.ts";
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
export class CpuBackend extends CopyingBackend {
  readonly #staging: Staging;
  #products: Products;
  #pool: WorkerPool | undefined;

  /**
   * Makes a backend; `tf.registerBackend` makes it known.
   *
   * @param options The heap; there is a default.
   */
  constructor(options: CpuBackendOptions = {}) {
    super(options.heap ?? createHeap());
    this.#staging = createStaging(this.heap);
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
   * @param args Arguments of the call for one range and thread.
   * @returns What the calls returned; none for no work.
   */
  override spread(
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
    const [aRows, lda] = tensors.a.shape as [number, number];
    const [m, ldc] = tensors.c.shape as [number, number];
    const ldb = tensors.b.shape[1]!;
    const sizes = { m, n: ldc, k: transA ? aRows : lda, lda, ldb, ldc };
    const scalars = { transA, transB, alpha, beta };
    const c = this.float32(tensors.c);
    const isNarrow = this.productDtype === "bfloat16" && m * sizes.n * sizes.k > 0 &&
      this.heap.isOnHeap(c);
    const narrowA = isNarrow ? this.bfloat16Pointer(tensors.a) : 0;
    const packed = transA ? undefined : this.packed(tensors.b);
    if (packed !== undefined && narrowA !== 0) {
      forWeightRows(this, packed, "bfloat16", { transB, beta }, ({ pointer, ...part }) => {
        const placed = placeOf({ ...sizes, ...scalars, ...part }, {
          ...{ a: narrowA + part.skip * (transB ? 0 : 2), b: pointer },
          c: c.byteOffset + part.skip * (transB ? 4 : 0),
        });
        this.pool.run("product", splitProduct(placed, this.pool.numThreads));
      });
      return;
    }
    const a = this.float32(tensors.a);
    if (packed !== undefined) {
      this.multiplyRows({ ...sizes, ...scalars, a, c }, tensors.b);
      return;
    }
    if (narrowA !== 0) {
      const narrowB = this.bfloat16Pointer(tensors.b);
      if (narrowB !== 0) {
        const placed = placeOf({ ...sizes, ...scalars }, {
          a: narrowA,
          b: narrowB,
          c: c.byteOffset,
        });
        this.pool.run("product", splitProduct(placed, this.pool.numThreads));
        return;
      }
    }
    this.gemm({ ...sizes, ...scalars, a, b: this.float32(tensors.b), c });
  }

  /**
   * {@link CpuBackend.gemm} by a weight, in float32: for rows that are parts of tensors.
   *
   * @param rows The product without its right factor, which is whole; A is not transposed.
   * @param weight The right factor, which may be packed.
   */
  multiplyRows(rows: Omit<GemmOptions, "b" | "ldb">, weight: tf.TensorInfo): void {
    const { a, c, transB } = rows;
    const ldb = weight.shape[1]!;
    const packed = this.packed(weight);
    if (packed === undefined) {
      this.gemm({ ...rows, b: this.float32(weight), ldb });
      return;
    }
    forWeightRows(this, packed, "float32", rows, ({ pointer, skip, ...part }) => {
      this.gemm({
        ...rows,
        ...part,
        ldb,
        a: transB ? a : a.subarray(skip),
        b: new Float32Array(this.heap.buffer, pointer, (transB ? part.n! : part.k!) * ldb),
        c: transB ? c.subarray(skip) : c,
      });
    });
  }
}

function placeOf(
  { transA, transB, m, n, k, alpha, lda, ldb, beta, ldc }: Omit<GemmOptions, "a" | "b" | "c">,
  places: Readonly<Record<"a" | "b" | "c", number>>,
): PlacedProduct {
  return { transA, transB, m, n, k, alpha, lda, ldb, beta, ldc, ...places, bfloat16: true };
}
