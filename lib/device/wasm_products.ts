import type { Heap } from "./heap.ts";
import { type GemmOptions, gemmReference, type Products } from "./gemm.ts";
import { createStaging } from "./staging.ts";
import type { KernelExports } from "./wasm_kernels.ts";

/**
 * Makes products of the WebAssembly kernel module: one thread, needs nothing installed.
 *
 * @param heap The memory that the module works on; operands elsewhere are copied to it and back.
 * @param kernels Returns the module's exports; called at the first product.
 * @returns The products.
 */
export function wasmProducts(heap: Heap, kernels: () => KernelExports): Products {
  const staging = createStaging(heap);
  return {
    name: "WebAssembly SIMD",
    path: "",
    numThreads: 1,
    gemm(options: GemmOptions): void {
      const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
      const { gemm } = kernels();
      try {
        const [pa, pb, pc] = [staging.pointer(a), staging.pointer(b), staging.pointer(c)] as const;
        if (pa === 0 || pb === 0 || pc === 0) gemmReference(options);
        else gemm(+transA, +transB, m, n, k, alpha, pa, lda, pb, ldb, beta, pc, ldc);
      } finally {
        staging.release();
      }
    },
  };
}
