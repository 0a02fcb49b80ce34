// The product that kernels call: a native library's, if the host has one, or our own.
import { gemm } from "./gemm";

/** The host's product; see `product` for the arguments. Addresses are byte offsets in the memory. */
@external("env", "product")
declare function nativeProduct(
  bfloat16: bool,
  transA: bool,
  transB: bool,
  m: u32,
  n: u32,
  k: u32,
  alpha: f32,
  a: usize,
  lda: u32,
  b: usize,
  ldb: u32,
  beta: f32,
  c: usize,
  ldc: u32,
): void;

let native: bool = false;

/** Whether products go to the host's library. */
export function useNative(flag: bool): void {
  native = flag;
}

/** Whether {@link product} is a library's. */
// @ts-ignore: decorator
@inline
export function isNative(): bool {
  return native;
}

/**
 * C [m, n] = alpha · op(A) [m, k] op(B) [k, n] + beta · C, all row-major, on the calling thread. With
 * `bfloat16` A and B hold bfloat16, which only a native library multiplies; C is float32 always.
 */
export function product(
  bfloat16: bool,
  transA: bool,
  transB: bool,
  m: u32,
  n: u32,
  k: u32,
  alpha: f32,
  a: usize,
  lda: u32,
  b: usize,
  ldb: u32,
  beta: f32,
  c: usize,
  ldc: u32,
): void {
  if (native) nativeProduct(bfloat16, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  else gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
