/** A product of row-major matrices, C ← alpha · op(A) · op(B) + beta · C, op(X) = X or Xᵀ. */
export interface GemmOptions {
  /** Whether A is stored as [k, m] rather than [m, k]. */
  readonly transA: boolean;
  /** Whether B is stored as [n, k] rather than [k, n]. */
  readonly transB: boolean;
  /** Rows of C. */
  readonly m: number;
  /** Columns of C. */
  readonly n: number;
  /** Length of the sums. */
  readonly k: number;
  /** Factor of the product. */
  readonly alpha: number;
  /** Elements of A from its first one on. */
  readonly a: Float32Array;
  /** Elements from one stored row of A to the next, at least the row's length. */
  readonly lda: number;
  /** Elements of B from its first one on. */
  readonly b: Float32Array;
  /** Elements from one stored row of B to the next, at least the row's length. */
  readonly ldb: number;
  /** Factor of what C holds; 0 means that C is not read, so it may hold anything, NaN included. */
  readonly beta: number;
  /** Elements of C from its first one on; must not overlap A or B. */
  readonly c: Float32Array;
  /** Elements from one row of C to the next, at least n. */
  readonly ldc: number;
}

/**
 * The product of {@link GemmOptions} on the calling thread alone, with operands at byte offsets in one
 * memory. With `bfloat16` A and B are bfloat16.
 */
export type AddressedProduct = (
  bfloat16: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** Something that multiplies matrices. */
export interface Products {
  /** Library and version, such as `"OpenBLAS 0.3.21"`. */
  readonly name: string;
  /** What was opened: a path or the name given to the system's loader; empty for our own code. */
  readonly path: string;
  /** Threads that {@link Products.gemm} runs a large product on. */
  readonly numThreads: number;
  /** Whose interface the library has, so that other threads can open it; absent for our own code. */
  readonly kind?: "onednn" | "cblas";
  /** Which of its kernels the library takes on this processor; absent where it does not tell. */
  readonly instructions?: string | undefined;
  /** Whether it multiplies bfloat16. */
  readonly hasBfloat16?: boolean;
  /**
   * Binds the library to a memory; absent for our own code.
   *
   * @param buffer The memory.
   * @returns A product on the calling thread alone.
   */
  readonly addressed?: (buffer: ArrayBufferLike) => AddressedProduct;
  /**
   * Multiplies; the arguments have passed {@link checkGemm}.
   *
   * @param options The product. m, n and k are at least 1.
   */
  gemm(options: GemmOptions): void;
}

/** Throws when a matrix of `rows` x `columns` does not fit into its array. */
function checkMatrix(name: string, shape: readonly [number, number, number], length: number): void {
  const [rows, columns, stride] = shape;
  if (!(Number.isInteger(stride) && stride >= columns)) {
    throw new RangeError(
      `Cannot multiply matrices as the stride of ${name} must be an integer of at least ` +
        `its row's length ${columns}: ${stride}`,
    );
  }
  const needed = (rows - 1) * stride + columns;
  if (length < needed) {
    throw new RangeError(
      `Cannot multiply matrices as ${name} [${rows}, ${columns}] with stride ${stride} ` +
        `takes ${needed} elements: ${length}`,
    );
  }
}

function checkSize(name: string, size: number): void {
  // 32-bit libraries take int32; larger sizes would wrap around silently.
  if (!(Number.isInteger(size) && size >= 0 && size <= 0x7fffffff)) {
    throw new RangeError(
      `Cannot multiply matrices as ${name} must be an integer from 0 to 2^31 - 1: ${size}`,
    );
  }
}

/**
 * Checks sizes and strides against the arrays: native code would read and write past their ends.
 *
 * @param options The product.
 * @returns Whether there is anything to sum; when false, {@link scaleOnly} completes the product.
 * @throws {RangeError} When a size is no integer of at least 0, a stride is shorter than its row, or an
 *   array is too short.
 */
export function checkGemm(options: GemmOptions): boolean {
  const { transA, transB, m, n, k } = options;
  checkSize("m", m);
  checkSize("n", n);
  checkSize("k", k);
  if (m === 0 || n === 0) return false;
  checkMatrix("C", [m, n, options.ldc], options.c.length);
  if (k === 0) return false;
  checkMatrix("A", transA ? [k, m, options.lda] : [m, k, options.lda], options.a.length);
  checkMatrix("B", transB ? [n, k, options.ldb] : [k, n, options.ldb], options.b.length);
  return true;
}

/**
 * C ← beta · C: what remains of a product whose sums are empty.
 *
 * @param options The product; only m, n, beta, c and ldc count.
 */
export function scaleOnly(options: GemmOptions): void {
  const { m, n, beta, c, ldc } = options;
  for (let i = 0; i < m; i++) {
    const row = c.subarray(i * ldc, i * ldc + n);
    if (beta === 0) row.fill(0);
    else for (let j = 0; j < n; j++) row[j]! *= beta;
  }
}

/**
 * The product by plain loops with sums in double precision: what every library is checked against,
 * and the last resort for operands that fit no other way.
 *
 * @param options The product; must have passed {@link checkGemm}.
 */
export function gemmReference(options: GemmOptions): void {
  const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
  const sums = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    if (transB) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a[transA ? l * lda + i : i * lda + l]! * b[j * ldb + l]!;
        sums[j] = sum;
      }
    } else {
      for (let l = 0; l < k; l++) {
        const factor = a[transA ? l * lda + i : i * lda + l]!;
        for (let j = 0; j < n; j++) sums[j]! += factor * b[l * ldb + j]!;
      }
    }
    for (let j = 0; j < n; j++) {
      const kept = beta === 0 ? 0 : beta * c[i * ldc + j]!;
      c[i * ldc + j] = alpha * sums[j]! + kept;
    }
  }
}
