import type { GemmOptions } from "./gemm.ts";

/** A product whose operands lie on the heap: {@link GemmOptions} with byte offsets. */
export interface PlacedProduct extends Omit<GemmOptions, "a" | "b" | "c"> {
  /** Whether A and B are bfloat16; C is float32 always. */
  readonly bfloat16: boolean;
  /** Byte offset of A. */
  readonly a: number;
  /** Byte offset of B. */
  readonly b: number;
  /** Byte offset of C. */
  readonly c: number;
}

/** Products of fewer operations stay on one thread: they take as long as waking another, 40 µs. */
const MIN_FLOPS = 4e6;
/** Cuts lie at multiples of this many rows or columns, the floats of the widest vector. Whole tiles of a
 * library, 48 columns, would leave a weight's gradient [128, 128] to two threads as 96 rows and 32. */
const ALIGNMENT = 16;

/**
 * Cuts a product into parts for several threads, along the longer side of C.
 *
 * @param product The product.
 * @param numThreads Most parts.
 * @returns Arguments of the kernel `product` for each part, at least one.
 */
export function splitProduct(product: PlacedProduct, numThreads: number): number[][] {
  const { bfloat16, transA, transB, m, n, k, lda, ldb, ldc } = product;
  const byRows = m >= n;
  const side = byRows ? m : n;
  const most = 2 * m * n * k < MIN_FLOPS ? 1 : Math.min(numThreads, Math.ceil(side / ALIGNMENT));
  const step = Math.ceil(side / most / ALIGNMENT) * ALIGNMENT;
  const bytes = bfloat16 ? 2 : 4;
  const parts: number[][] = [];
  for (let from = 0; from < side; from += most === 1 ? side : step) {
    const count = most === 1 ? side : Math.min(step, side - from);
    const a = product.a + (byRows ? from * (transA ? 1 : lda) * bytes : 0);
    const b = product.b + (byRows ? 0 : from * (transB ? ldb : 1) * bytes);
    const c = product.c + from * (byRows ? ldc : 1) * 4;
    parts.push([
      ...[+bfloat16, +transA, +transB, byRows ? count : m, byRows ? n : count, k, product.alpha],
      a,
      lda,
      b,
      ldb,
      product.beta,
      c,
      ldc,
    ]);
  }
  return parts;
}
