import { addressOf, wide } from "./address_of.ts";
import type { BlasKind } from "./blas_candidates.ts";
import type { GemmOptions, Products } from "./gemm.ts";
import { threadCount } from "./thread_count.ts";

/** `CBLAS_LAYOUT` and `CBLAS_TRANSPOSE` of the reference header. */
const ROW_MAJOR = 101;
const NO_TRANS = 111;
const TRANS = 112;

const INT = "i32" as const;

/** Layout, two flags, M, N, K, then alpha, A, lda, B, ldb, beta, C, ldc. */
const sgemmParameters = <M extends "buffer" | "usize">(matrix: M) =>
  [INT, INT, INT, INT, INT, INT, "f32", matrix, INT, matrix, INT, "f32", matrix, INT] as const;

const SYMBOLS = {
  cblas_sgemm: {
    parameters: sgemmParameters("buffer"),
    result: "void",
  },
  sgemmAt: {
    name: "cblas_sgemm",
    parameters: sgemmParameters("usize"),
    result: "void",
  },
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  openblas_get_corename: { parameters: [], result: "pointer", optional: true },
  openblas_set_num_threads: { parameters: ["i32"], result: "void", optional: true },
  MKL_Get_Version_String: { parameters: ["buffer", "i32"], result: "void", optional: true },
  MKL_Set_Num_Threads_Local: { parameters: ["i32"], result: "i32", optional: true },
} as const;

/**
 * Opens a library with the C interface of BLAS (32-bit sizes): OpenBLAS, Accelerate, MKL or another.
 *
 * @param path Path or bare name.
 * @param kind Which library it should be; undefined to find out from what it exports.
 * @returns Its single-precision product.
 * @throws {Error} Whatever the system's loader says, or a missing symbol.
 */
export function openCblas(path: string, kind?: BlasKind): Products {
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  let name = kind === "accelerate" ? "Accelerate" : kind === "mkl" ? "MKL" : "BLAS";
  const config = symbols.openblas_get_config?.();
  if (config) {
    const text = new Deno.UnsafePointerView(config).getCString();
    name = /^OpenBLAS \S+/.exec(text)?.[0] ?? "OpenBLAS";
  }
  const core = symbols.openblas_get_corename?.();
  if (symbols.MKL_Get_Version_String) {
    const text = new Uint8Array(200);
    symbols.MKL_Get_Version_String(text, text.length);
    const version = /Version (\S+)/.exec(new TextDecoder().decode(text))?.[1];
    name = version === undefined ? "MKL" : `MKL ${version}`;
  }
  // OpenBLAS has one setting for all threads, MKL one for each. Accelerate has none.
  const useThreads = (count: number): void => {
    symbols.openblas_set_num_threads?.(count);
    symbols.MKL_Set_Num_Threads_Local?.(count);
  };
  const numThreads = threadCount();
  let isShared = false;

  return {
    name,
    path,
    numThreads,
    kind: "cblas",
    instructions: core ? new Deno.UnsafePointerView(core).getCString() : undefined,
    addressed(buffer) {
      const base = addressOf(buffer);
      isShared = true;
      useThreads(1);
      return (_bfloat16, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
        symbols.sgemmAt(
          ROW_MAJOR,
          transA ? TRANS : NO_TRANS,
          transB ? TRANS : NO_TRANS,
          m,
          n,
          k,
          alpha,
          wide(base + a),
          lda,
          wide(base + b),
          ldb,
          beta,
          wide(base + c),
          ldc,
        );
      };
    },
    gemm(options: GemmOptions): void {
      const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
      useThreads(numThreads);
      symbols.cblas_sgemm(
        ROW_MAJOR,
        transA ? TRANS : NO_TRANS,
        transB ? TRANS : NO_TRANS,
        m,
        n,
        k,
        alpha,
        a as Float32Array<ArrayBuffer>,
        lda,
        b as Float32Array<ArrayBuffer>,
        ldb,
        beta,
        c as Float32Array<ArrayBuffer>,
        ldc,
      );
      if (isShared) useThreads(1);
    },
  };
}
