import { addressOf, wide } from "./address_of.ts";
import type { GemmOptions, Products } from "./gemm.ts";
import { limitSpinning, openMp } from "./openmp.ts";
import { threadCount } from "./thread_count.ts";

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

/** Two flags, M, N, K, then alpha, A, lda, B, ldb, beta, C, ldc. */
const sgemmParameters = <M extends "buffer" | "usize">(matrix: M) =>
  [
    "u8",
    "u8",
    "i64",
    "i64",
    "i64",
    "f32",
    matrix,
    "i64",
    matrix,
    "i64",
    "f32",
    matrix,
    "i64",
  ] as const;

const BY_ADDRESS = {
  parameters: sgemmParameters("usize"),
  result: "i32",
} as const;

const SYMBOLS = {
  dnnl_sgemm: {
    parameters: sgemmParameters("buffer"),
    result: "i32",
  },
  sgemmAt: { name: "dnnl_sgemm", ...BY_ADDRESS },
  // Not in the public header, but exported (seen in 2.6, 3.2 and 3.13); it takes the processor's
  // bfloat16 instructions (AVX-512, AMX) where there are some. It refuses all products on a processor
  // that has AVX2 alone.
  bfloat16GemmAt: { name: "dnnl_gemm_bf16bf16f32", ...BY_ADDRESS, optional: true },
  dnnl_version: { parameters: [], result: "pointer" },
  dnnl_get_effective_cpu_isa: { parameters: [], result: "i32", optional: true },
  dnnl_cpu_isa2str: { parameters: ["i32"], result: "pointer", optional: true },
} as const;

/**
 * Opens oneDNN.
 *
 * @param path Path or bare name of `libdnnl`.
 * @returns Its products, in single precision and, where the library has it, of bfloat16.
 * @throws {Error} Whatever the system's loader says, or a missing symbol.
 */
export function openOneDnn(path: string): Products {
  limitSpinning();
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  const version = new Deno.UnsafePointerView(symbols.dnnl_version()!);
  const [major, minor, patch] = [0, 4, 8].map((at) => version.getInt32(at));
  const runtime = version.getUint32(24); // after three ints, padding and the pointer to the hash
  const threads = runtime === RUNTIME_OPENMP ? openMp() : null;
  const isa = symbols.dnnl_get_effective_cpu_isa?.();
  const isaName = isa === undefined ? null : symbols.dnnl_cpu_isa2str?.(isa);
  const numThreads = runtime === RUNTIME_SEQUENTIAL ? 1 : threadCount();

  return {
    name: `oneDNN ${major}.${minor}.${patch}`,
    path,
    numThreads,
    kind: "onednn",
    instructions: isaName
      ? new Deno.UnsafePointerView(isaName).getCString().replace(/^cpu_isa_/, "")
      : undefined,
    hasBfloat16: symbols.bfloat16GemmAt !== null && symbols.bfloat16GemmAt !== undefined &&
      multipliesBfloat16(symbols.bfloat16GemmAt),
    addressed(buffer) {
      const base = addressOf(buffer);
      return (bfloat16, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
        threads?.useThreads(1);
        const multiply = bfloat16 ? symbols.bfloat16GemmAt! : symbols.sgemmAt;
        const status = multiply(
          transA ? TRANSPOSED : PLAIN,
          transB ? TRANSPOSED : PLAIN,
          wide(m),
          wide(n),
          wide(k),
          alpha,
          wide(base + a),
          wide(lda),
          wide(base + b),
          wide(ldb),
          beta,
          wide(base + c),
          wide(ldc),
        );
        if (status !== 0) throw refused(status, [m, n, k]);
      };
    },
    gemm(options: GemmOptions): void {
      const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
      threads?.useThreads(2 * m * n * k < MIN_THREADED_FLOPS ? 1 : numThreads);
      const status = symbols.dnnl_sgemm(
        transA ? TRANSPOSED : PLAIN,
        transB ? TRANSPOSED : PLAIN,
        wide(m),
        wide(n),
        wide(k),
        alpha,
        a as Float32Array<ArrayBuffer>,
        wide(lda),
        b as Float32Array<ArrayBuffer>,
        wide(ldb),
        beta,
        c as Float32Array<ArrayBuffer>,
        wide(ldc),
      );
      if (status !== 0) throw refused(status, [m, n, k]);
    },
  };
}

/** Whether it multiplies 3 by 5: on some processors the library has the function and refuses what is asked of it. */
function multipliesBfloat16(gemmAt: Deno.FromForeignFunction<typeof BY_ADDRESS>): boolean {
  const memory = Float32Array.of(0, 3, 5);
  const base = addressOf(memory.buffer);
  // bfloat16 is the upper half of a float, which comes second.
  const [a, b] = [1, 2].map((i) => wide(base + i * memory.BYTES_PER_ELEMENT + 2));
  const one = wide(1);
  const status = gemmAt(PLAIN, PLAIN, one, one, one, 1, a!, one, b!, one, 0, wide(base), one);
  return status === 0 && memory[0] === 15;
}

function refused(status: number, [m, n, k]: readonly number[]): RangeError {
  return new RangeError(
    `Cannot multiply matrices as oneDNN refuses [${m}, ${k}] x [${k}, ${n}]: status ${status}`,
  );
}
