import type { Heap } from "./heap.ts";
import { type GemmOptions, gemmReference, type Products } from "./gemm.ts";
import { createStaging } from "./staging.ts";
import { splitProduct } from "./split_product.ts";
import type { WorkerPool } from "./worker_pool.ts";

/**
 * Makes products of the WebAssembly kernel module: needs nothing installed.
 *
 * @param heap The memory that the module works on; operands elsewhere are copied to it and back.
 * @param pool Returns the threads that run it; called at the first product.
 * @returns The products.
 */
export function wasmProducts(heap: Heap, pool: () => WorkerPool): Products {
  const staging = createStaging(heap);
  return {
    name: "WebAssembly SIMD",
    path: "",
    numThreads: heap.numThreads,
    gemm(options: GemmOptions): void {
      try {
        const [a, b, c] = [options.a, options.b, options.c].map((x) => staging.pointer(x));
        if (!a || !b || !c) gemmReference(options);
        else {
          const parts = splitProduct({ ...options, bfloat16: false, a, b, c }, heap.numThreads);
          pool().run("product", parts);
        }
      } finally {
        staging.release();
      }
    },
  };
}
