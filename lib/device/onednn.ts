import type { GemmOptions, Products } from "./gemm.ts";
import { limitSpinning, openMp } from "./openmp.ts";

/** ASCII codes by which `dnnl_sgemm` takes its transposes. */
const PLAIN = "N".charCodeAt(0);
const TRANSPOSED = "T".charCodeAt(0);

/** `cpu_runtime` of `dnnl_version_t` (dnnl_config.h). */
const RUNTIME_SEQUENTIAL = 1;
const RUNTIME_OPENMP = 2;

/** Products of fewer floating-point operations run on one thread. Waking a second one takes 10 to 20 µs,
 * longer on a busy machine; one thread takes 40 µs for this many. (By itself oneDNN uses every thread for
 * the smallest product: 3×128 by 128×128 took 20 µs instead of 1.) */
const MIN_THREADED_FLOPS = 1e7;

const SYMBOLS = {
  dnnl_sgemm: {
    parameters: [
      ...["u8", "u8", "i64", "i64", "i64", "f32", "buffer", "i64", "buffer", "i64", "f32"] as const,
      ...["buffer", "i64"] as const,
    ],
    result: "i32",
  },
  dnnl_version: { parameters: [], result: "pointer" },
} as const;

/** Deno takes a number where its types ask for a bigint; making a bigint costs more than a small call. */
function int64(value: number): bigint {
  return value as unknown as bigint;
}

/**
 * Opens oneDNN.
 *
 * @param path Path or bare name of `libdnnl`.
 * @returns Its single-precision product.
 * @throws {Error} Whatever the system's loader says, or a missing symbol.
 */
export function openOneDnn(path: string): Products {
  limitSpinning();
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  const version = new Deno.UnsafePointerView(symbols.dnnl_version()!);
  const [major, minor, patch] = [0, 4, 8].map((at) => version.getInt32(at));
  const runtime = version.getUint32(24); // after three ints, padding and the pointer to the hash
  const threads = runtime === RUNTIME_OPENMP ? openMp() : null;
  const numThreads = threads?.maxThreads ??
    (runtime === RUNTIME_SEQUENTIAL ? 1 : navigator.hardwareConcurrency);

  return {
    name: `oneDNN ${major}.${minor}.${patch}`,
    path,
    numThreads,
    gemm(options: GemmOptions): void {
      const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
      threads?.useThreads(2 * m * n * k < MIN_THREADED_FLOPS ? 1 : numThreads);
      const status = symbols.dnnl_sgemm(
        transA ? TRANSPOSED : PLAIN,
        transB ? TRANSPOSED : PLAIN,
        int64(m),
        int64(n),
        int64(k),
        alpha,
        a as Float32Array<ArrayBuffer>,
        int64(lda),
        b as Float32Array<ArrayBuffer>,
        int64(ldb),
        beta,
        c as Float32Array<ArrayBuffer>,
        int64(ldc),
      );
      if (status !== 0) {
        throw new RangeError(
          `Cannot multiply matrices as oneDNN refuses [${m}, ${k}] x [${k}, ${n}]: status ${status}`,
        );
      }
    },
  };
}
