import { gemmReference, type Products } from "./gemm.ts";

/** Sizes (m, n, k) that meet the edges of the blocks in which libraries compute. */
const SIZES = [[1, 1, 1], [5, 7, 3], [33, 17, 65]] as const;

/**
 * Multiplies a few small matrices and compares with plain loops. A library with another calling
 * convention (64-bit sizes, other constants) loads without complaint and then computes nonsense.
 *
 * @param products What to check.
 * @returns What is wrong; undefined when all is well.
 */
export function checkProducts(products: Products): string | undefined {
  const filled = (length: number, step: number) =>
    Float32Array.from({ length }, (_, i) => ((i * step) % 17 - 8) / 8);
  for (const [m, n, k] of SIZES) {
    for (const [transA, transB] of [[false, false], [true, false], [false, true]] as const) {
      const a = filled(m * k, 5);
      const b = filled(k * n, 7);
      const kept = filled(m * n, 3);
      const operands = { a, b, lda: transA ? m : k, ldb: transB ? k : n, ldc: n };
      const options = { transA, transB, m, n, k, alpha: 0.5, beta: 2, ...operands };
      const actual = kept.slice();
      const expected = kept.slice();
      products.gemm({ ...options, c: actual });
      gemmReference({ ...options, c: expected });
      // Sums of k ≤ 65 products of magnitude ≤ 1: rounding stays below 65 · 2^-24 · 65.
      const wrong = actual.findIndex((value, i) => !(Math.abs(value - expected[i]!) < 1e-3));
      if (wrong >= 0) {
        return `element ${wrong} of a ${m}x${k} by ${k}x${n} product is ${actual[wrong]} ` +
          `instead of ${expected[wrong]}`;
      }
    }
  }
  return undefined;
}
