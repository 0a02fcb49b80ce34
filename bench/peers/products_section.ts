/**
 * Products alone: our operation, the native library under it, and PyTorch, in turns.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { createHeap, findBlas } from "../../lib/device/mod.ts";
import { linear } from "../../lib/ops/mod.ts";
import type { Table } from "../../lib/tracking/mod.ts";
import type { Precision } from "../support/start_precision.ts";
import { median } from "../../lib/evaluation/mod.ts";
import { type ProductSize, productSizes } from "./product_sizes.ts";
import type { Peer } from "./peer.ts";
import type { Comparison } from "./report.ts";

/** Time of one measurement of a product, in milliseconds; its median repetition counts. */
const MILLISECONDS = 60;

/** Seconds of one product, one entry per round. */
interface ProductSeconds {
  readonly size: ProductSize;
  readonly own: readonly number[];
  /** Empty where no library is measured. */
  readonly library: readonly number[];
  readonly peer: readonly number[];
}

/** What {@link measureProducts} found. */
export interface MeasuredProducts {
  /** GFLOP/s by shape; the highest is the peak that the others are shares of. */
  readonly table: Table;
  /** Ours against PyTorch. */
  readonly comparisons: readonly Comparison[];
}

/**
 * Measures every product.
 *
 * @param peer The PyTorch side.
 * @param options Precision that the device runs at, and rounds of measurement.
 * @returns A table, and the times.
 */
export async function measureProducts(
  peer: Peer,
  options: { readonly dtype: Precision; readonly numPairs: number },
): Promise<MeasuredProducts> {
  const measured: ProductSeconds[] = [];
  for (const size of productSizes) measured.push(await measure(size, peer, options));
  return {
    table: ratesTable(measured, options),
    comparisons: measured.map(({ size: { m, k, n }, own, peer }) => ({
      section: "products",
      workload: `product ${m}x${k} · ${k}x${n}`,
      dtype: options.dtype,
      peer: "PyTorch",
      variant: "linear",
      own,
      other: peer,
    })),
  };
}

function ratesTable(
  measured: readonly ProductSeconds[],
  { dtype, numPairs }: { readonly dtype: Precision; readonly numPairs: number },
): Table {
  const rates = measured.map(({ size, own, library, peer }) => {
    const rate = (times: readonly number[]) => 2e-9 * size.m * size.k * size.n / median(times);
    return {
      size,
      own: rate(own),
      peer: rate(peer),
      library: library.length > 0 ? rate(library) : null,
    };
  });
  const peak = Math.max(...rates.flatMap(({ own, library, peer }) => [own, library ?? 0, peer]));
  return {
    title: `Products x Wᵀ in ${dtype}, GFLOP/s (medians of ${numPairs} rounds); ` +
      `highest of all: ${peak.toFixed(0)}`,
    columns: [
      { title: "[M, K] · [K, N]" },
      { title: "where" },
      { title: "ours", digits: 0 },
      { title: "library alone", digits: 0 },
      { title: "PyTorch", digits: 0 },
      { title: "ours / library", digits: 2 },
      { title: "ours / PyTorch", digits: 2 },
      { title: "ours / highest", digits: 2 },
    ],
    rows: rates.map(({ size: { m, k, n, what }, own, library, peer }) => [
      `${m}x${k} · ${k}x${n}`,
      what,
      own,
      library,
      peer,
      ...[library === null ? null : own / library, own / peer, own / peak],
    ]),
  };
}

async function measure(
  size: ProductSize,
  peer: Peer,
  { dtype, numPairs }: { readonly dtype: Precision; readonly numPairs: number },
): Promise<ProductSeconds> {
  const { m, k, n } = size;
  await peer.ask({
    do: "setup",
    workload: "products",
    settings: { m, k, n, dtype, milliseconds: MILLISECONDS },
  });
  const x = tf.randomNormal([m, k]) as tf.Tensor2D, w = tf.randomNormal([n, k]) as tf.Tensor2D;
  await Promise.all([x.data(), w.data()]);
  const own = () => medianSeconds(() => linear(x, w).dispose());
  // Only float32 products can be had from the library in the same way everywhere.
  const library = dtype === "float32" ? libraryProduct(size) : null;
  own();
  library?.();
  const seconds: Record<"own" | "library" | "peer", number[]> = { own: [], library: [], peer: [] };
  for (let round = 0; round < numPairs; round++) {
    seconds.own.push(own());
    if (library) seconds.library.push(medianSeconds(library));
    seconds.peer.push(await peer.run());
  }
  tf.dispose([x, w]);
  return { size, ...seconds };
}

/** The product through the native library's own call, on memory that is there already. */
function libraryProduct({ m, k, n }: ProductSize): (() => void) | null {
  const { products } = findBlas();
  if (products === null) return null;
  const heap = createHeap({ maxBytes: 2 ** 28 });
  const view = (length: number) => {
    const values = new Float32Array(heap.buffer, heap.alloc(length * 4), length);
    for (let i = 0; i < length; i++) values[i] = (i * 7919 % 1021) / 1021 - 0.5;
    return values;
  };
  const options = {
    transA: false,
    transB: true,
    m,
    n,
    k,
    alpha: 1,
    beta: 0,
    a: view(m * k),
    lda: k,
    b: view(n * k),
    ldb: k,
    c: view(m * n),
    ldc: n,
  };
  return () => products.gemm(options);
}

function medianSeconds(work: () => void): number {
  const times: number[] = [];
  const end = performance.now() + MILLISECONDS;
  do {
    const start = performance.now();
    work();
    times.push((performance.now() - start) / 1000);
  } while (performance.now() < end);
  return median(times);
}
