/**
 * Matrix products by size, on each library found and on WebAssembly: `deno bench -A bench/products.bench.ts`.
 * First a table of GFLOP/s (median, and the best in brackets), then Deno's own times.
 *
 * @module
 */
import { findBlas } from "../lib/device/blas.ts";
import { CpuBackend } from "../lib/device/cpu_backend.ts";
import type { GemmOptions, Products } from "../lib/device/gemm.ts";
import { createHeap, type Heap } from "../lib/device/heap.ts";

/** Milliseconds for which the table measures each product. */
const BUDGET_MS = 200;

/** What training of the small decoder (128 wide, 4 heads) and of a larger one (512) multiplies. */
const SHAPES: readonly { m: number; k: number; n: number; transB: boolean; what: string }[] = [
  { m: 6000, k: 128, n: 352, transB: false, what: "gated MLP of a training batch" },
  { m: 6000, k: 128, n: 128, transB: true, what: "projection of a training batch" },
  { m: 220, k: 32, n: 220, transB: true, what: "scores of one head" },
  { m: 192, k: 128, n: 352, transB: false, what: "gated MLP of a decoding step" },
  { m: 192, k: 128, n: 128, transB: true, what: "projection of a decoding step" },
  { m: 1, k: 128, n: 128, transB: true, what: "projection of one token" },
  { m: 2048, k: 512, n: 512, transB: true, what: "projection, 512 wide" },
  { m: 512, k: 512, n: 512, transB: false, what: "square" },
  { m: 1024, k: 1024, n: 1024, transB: false, what: "square" },
];

const heap = createHeap({ maxBytes: 2 ** 28 });

function candidates(): Products[] {
  const wasm = new CpuBackend({ heap }).products;
  const native = (["onednn", "openblas", "accelerate", "mkl"] as const).flatMap((kind) => {
    try {
      return [findBlas(kind).products!];
    } catch {
      return []; // not on this machine
    }
  });
  return [...native, wasm];
}

function filled(memory: Heap, length: number): Float32Array {
  const view = new Float32Array(memory.buffer, memory.alloc(length * 4), length);
  for (let i = 0; i < length; i++) view[i] = (i * 7919 % 1021) / 1021 - 0.5;
  return view;
}

function operands({ m, k, n, transB }: (typeof SHAPES)[number]): GemmOptions {
  return {
    ...{ transA: false, transB, m, n, k, alpha: 1, beta: 0 },
    ...{ a: filled(heap, m * k), lda: k, b: filled(heap, k * n), ldb: transB ? k : n },
    ...{ c: filled(heap, m * n), ldc: n },
  };
}

/** Times of repeated products, shortest first, in milliseconds. */
function times(products: Products, options: GemmOptions): number[] {
  products.gemm(options);
  const durations: number[] = [];
  const end = performance.now() + BUDGET_MS;
  while (performance.now() < end) {
    const start = performance.now();
    products.gemm(options);
    durations.push(performance.now() - start);
  }
  return durations.sort((a, b) => a - b);
}

const libraries = candidates();
const problems = SHAPES.map((shape) => ({ ...shape, options: operands(shape) }));

console.table(Object.fromEntries(problems.map(({ m, k, n, transB, what, options }) => {
  const rate = (ms: number) => (2 * m * n * k / ms / 1e6).toFixed(0);
  const row = libraries.map((products) => {
    const durations = times(products, options);
    const median = durations[durations.length >> 1]!;
    return [
      `${products.name}, ${products.numThreads} thr`,
      `${rate(median)} (${rate(durations[0]!)})`,
    ];
  });
  return [`${m}x${k} · ${k}x${n}${transB ? "ᵀ" : ""} ${what}`, Object.fromEntries(row)];
})));

for (const { m, k, n, transB, options } of problems) {
  for (const products of libraries) {
    Deno.bench({
      name: products.name,
      group: `${m}x${k} · ${k}x${n}${transB ? "ᵀ" : ""}`,
      fn: () => products.gemm(options),
    });
  }
}
