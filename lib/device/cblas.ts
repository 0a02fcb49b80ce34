import { readEnvironment } from "./environment.ts";
import type { BlasKind } from "./blas_candidates.ts";
import type { GemmOptions, Products } from "./gemm.ts";

/** `CBLAS_LAYOUT` and `CBLAS_TRANSPOSE` of the reference header. */
const ROW_MAJOR = 101;
const NO_TRANS = 111;
const TRANS = 112;

const SYMBOLS = {
  cblas_sgemm: {
    parameters: [
      ...[
        "i32",
        "i32",
        "i32",
        "i32",
        "i32",
        "i32",
        "f32",
        "buffer",
        "i32",
        "buffer",
        "i32",
      ] as const,
      ...["f32", "buffer", "i32"] as const,
    ],
    result: "void",
  },
  openblas_get_config: { parameters: [], result: "pointer", optional: true },
  openblas_get_num_threads: { parameters: [], result: "i32", optional: true },
  MKL_Get_Version_String: { parameters: ["buffer", "i32"], result: "void", optional: true },
  MKL_Get_Max_Threads: { parameters: [], result: "i32", optional: true },
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
  let numThreads = navigator.hardwareConcurrency;
  const config = symbols.openblas_get_config?.();
  if (config) {
    const text = new Deno.UnsafePointerView(config).getCString();
    name = /^OpenBLAS \S+/.exec(text)?.[0] ?? "OpenBLAS";
  }
  if (symbols.MKL_Get_Version_String) {
    const text = new Uint8Array(200);
    symbols.MKL_Get_Version_String(text, text.length);
    const version = /Version (\S+)/.exec(new TextDecoder().decode(text))?.[1];
    name = version === undefined ? "MKL" : `MKL ${version}`;
  }
  if (symbols.openblas_get_num_threads) numThreads = symbols.openblas_get_num_threads();
  else if (symbols.MKL_Get_Max_Threads) numThreads = symbols.MKL_Get_Max_Threads();
  else if (kind === "accelerate") {
    numThreads = Number(readEnvironment("VECLIB_MAXIMUM_THREADS")) || numThreads;
  }

  return {
    name,
    path,
    numThreads,
    gemm(options: GemmOptions): void {
      const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
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
    },
  };
}
