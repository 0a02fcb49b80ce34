/**
 * Matrix products by size, through each library found and through WebAssembly, without tensors around
 * them.
 *
 *     deno task bench bench/products.bench.ts
 *
 * Deno's times come first, a table of GFLOP/s last.
 *
 * @module
 */
import { CpuBackend, createHeap, findBlas, type Products } from "../lib/device/mod.ts";
import { rateBench } from "./support/rate_bench.ts";

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
/** Operations of one iteration, so that short products are timed in bundles. */
const LEAST_WORK = 5e7;

const heap = createHeap({ maxBytes: 2 ** 28 });

function candidates(): Products[] {
  const native = (["onednn", "openblas", "accelerate", "mkl"] as const).flatMap((kind) => {
    try {
      return [findBlas(kind).products!];
    } catch {
      return []; // not on this machine
    }
  });
  return [...native, new CpuBackend({ heap }).products];
}

function filled(length: number): Float32Array {
  const view = new Float32Array(heap.buffer, heap.alloc(length * 4), length);
  for (let i = 0; i < length; i++) view[i] = (i * 7919 % 1021) / 1021 - 0.5;
  return view;
}

const libraries = candidates();
for (const { m, k, n, transB, what } of SHAPES) {
  const options = {
    transA: false,
    transB,
    m,
    n,
    k,
    alpha: 1,
    beta: 0,
    a: filled(m * k),
    lda: k,
    b: filled(k * n),
    ldb: transB ? k : n,
    c: filled(m * n),
    ldc: n,
  };
  const work = 2 * m * k * n;
  const repetitions = Math.ceil(LEAST_WORK / work);
  for (const products of libraries) {
    rateBench({
      group: what,
      name: `${m}x${k} · ${k}x${n}${transB ? "ᵀ" : ""}`,
      n: 20,
      device: `${products.name}, ${products.numThreads} threads`,
      work: work * repetitions,
      unit: "FLOP",
    }, () => {
      for (let i = 0; i < repetitions; i++) products.gemm(options);
    });
  }
}
