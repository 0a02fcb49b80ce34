import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { findBlas } from "../../lib/device/blas.ts";
import { checkProducts } from "../../lib/device/check_products.ts";
import { CpuBackend } from "../../lib/device/cpu_backend.ts";
import { type GemmOptions, gemmReference, type Products } from "../../lib/device/gemm.ts";
import { createHeap } from "../../lib/device/heap.ts";

const MIB = 1 << 20;

/** Every way to multiply that this machine has; the plain loops are one of them. */
function available(): Products[] {
  const products: Products[] = [
    { name: "plain loops", path: "", numThreads: 1, gemm: gemmReference },
    new CpuBackend({ heap: createHeap({ maxBytes: 8 * MIB }) }).products,
  ];
  for (const kind of ["onednn", "openblas", "accelerate", "mkl"] as const) {
    try {
      products.push(findBlas(kind).products!);
    } catch (error) {
      console.warn(`SKIPPED for ${kind}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return products;
}

const PRODUCTS = available();

function random(length: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Element (i, j) of op(X), counted out independently of the code under test. */
function at(x: Float32Array, place: { i: number; j: number; ld: number; trans: boolean }): number {
  const { i, j, ld, trans } = place;
  return trans ? x[j * ld + i]! : x[i * ld + j]!;
}

function tripleLoop(options: GemmOptions): Float32Array {
  const { transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc } = options;
  const result = c.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum += at(a, { i, j: l, ld: lda, trans: transA }) *
          at(b, { i: l, j, ld: ldb, trans: transB });
      }
      result[i * ldc + j] = alpha * sum + (beta === 0 ? 0 : beta * c[i * ldc + j]!);
    }
  }
  return result;
}

for (const products of PRODUCTS) {
  Deno.test(`gemm() of ${products.name} multiplies a hand-worked product`, () => {
    // [1 2; 3 4] [5 6; 7 8] = [19 22; 43 50]; times 2, plus 10 times [1 0; 0 1] = [48 44; 86 110].
    const c = new Float32Array([1, 0, 0, 1]);
    const [a, b] = [new Float32Array([1, 2, 3, 4]), new Float32Array([5, 6, 7, 8])];
    const sizes = { m: 2, n: 2, k: 2, lda: 2, ldb: 2, ldc: 2 };
    products.gemm({ transA: false, transB: false, alpha: 2, beta: 10, a, b, c, ...sizes });
    assertEquals([...c], [48, 44, 86, 110]);
  });

  Deno.test(`gemm() of ${products.name} agrees with a triple loop for strides, alpha and beta`, () => {
    const sizes = [[1, 1, 1], [3, 5, 7], [17, 1, 33], [1, 64, 9], [40, 23, 130], [128, 96, 64]];
    for (const [m, n, k] of sizes as [number, number, number][]) {
      for (const [transA, transB] of [[false, false], [false, true], [true, false], [true, true]]) {
        for (const [alpha, beta, gap] of [[1, 0, 0], [0.5, 1, 3], [-2, 0.25, 8]] as const) {
          const lda = (transA ? m : k) + gap;
          const ldb = (transB ? k : n) + gap;
          const ldc = n + gap;
          const options: GemmOptions = {
            transA: transA!,
            transB: transB!,
            m,
            n,
            k,
            alpha,
            beta,
            lda,
            ldb,
            ldc,
            a: random((transA ? k : m) * lda, 1),
            b: random((transB ? n : k) * ldb, 2),
            c: random(m * ldc, 3),
          };
          const expected = tripleLoop(options);
          products.gemm(options);
          const label = JSON.stringify({ m, n, k, transA, transB, alpha, beta, gap });
          for (let i = 0; i < expected.length; i++) {
            // Rounding of a sum of k terms below 1: k · 2^-24 · k < 2e-3 at most, typically 1e-6.
            assertAlmostEquals(options.c[i]!, expected[i]!, 1e-4, `${label} at ${i}`);
          }
        }
      }
    }
  });

  Deno.test(`gemm() of ${products.name} does not read C when beta is 0`, () => {
    const c = new Float32Array(6).fill(NaN);
    const [a, b] = [new Float32Array([1, 2]), new Float32Array([1, 2, 3])];
    const sizes = { m: 2, n: 3, k: 1, lda: 1, ldb: 3, ldc: 3 };
    products.gemm({ transA: false, transB: false, alpha: 1, beta: 0, a, b, c, ...sizes });
    assertEquals([...c], [1, 2, 3, 2, 4, 6]);
  });

  Deno.test(`gemm() of ${products.name} gives the same bits every time`, () => {
    // Large enough for every library to use all of its threads.
    const [m, n, k] = [300, 352, 128];
    const options = {
      transA: false,
      transB: true,
      m,
      n,
      k,
      alpha: 1,
      beta: 0,
      lda: k,
      ldb: k,
      ldc: n,
      a: random(m * k, 4),
      b: random(n * k, 5),
    };
    const first = new Float32Array(m * n);
    products.gemm({ ...options, c: first });
    for (let run = 0; run < 3; run++) {
      const again = new Float32Array(m * n);
      products.gemm({ ...options, c: again });
      assertEquals(again, first);
    }
  });
}

Deno.test("gemm() reaches operands in the last GiB of a heap of 4 GiB", () => {
  const heap = createHeap();
  if (heap.buffer.byteLength < 2 ** 32) return console.warn("SKIPPED: no 4 GiB of address space");
  heap.alloc(3 * 2 ** 30);
  const view = (values: number[]) => {
    const array = new Float32Array(heap.buffer, heap.alloc(4 * values.length), values.length);
    array.set(values);
    return array;
  };
  const backend = new CpuBackend({ heap });
  for (const products of [...PRODUCTS.slice(2), backend.products]) {
    backend.useProducts(products);
    const [a, b, c] = [view([1, 2, 3, 4]), view([5, 6, 7, 8]), view([NaN, NaN, NaN, NaN])];
    const sizes = { m: 2, n: 2, k: 2, lda: 2, ldb: 2, ldc: 2 };
    backend.gemm({ transA: false, transB: false, alpha: 1, beta: 0, a, b, c, ...sizes });
    assertEquals([...c], [19, 22, 43, 50], products.name);
  }
});

Deno.test("CpuBackend.gemm() multiplies views inside larger rows: heads of [B*T, H*C]", () => {
  const backend = new CpuBackend({ heap: createHeap({ maxBytes: 8 * MIB }) });
  // Two rows of two heads of width 2. Head 1 is columns 2 and 3: [3 4; 7 8].
  const x = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  const head = x.subarray(2);
  const c = new Float32Array(4);
  const sizes = { m: 2, n: 2, k: 2, lda: 4, ldb: 4, ldc: 2 };
  backend.gemm({ transA: false, transB: true, alpha: 1, beta: 0, a: head, b: head, c, ...sizes });
  // [3 4; 7 8] [3 7; 4 8] = [25 53; 53 113]
  assertEquals([...c], [25, 53, 53, 113]);
});

Deno.test("CpuBackend.gemm() scales C when the sums are empty and leaves an empty C", () => {
  const backend = new CpuBackend({ heap: createHeap({ maxBytes: 8 * MIB }) });
  const c = new Float32Array([1, 2, 3, 4]);
  const empty = { a: new Float32Array(), b: new Float32Array(), lda: 0, ldb: 2, ldc: 2 };
  const common = { transA: false, transB: false, alpha: 1, ...empty };
  backend.gemm({ ...common, m: 2, n: 2, k: 0, beta: 0.5, c });
  assertEquals([...c], [0.5, 1, 1.5, 2]);
  backend.gemm({ ...common, m: 2, n: 2, k: 0, beta: 0, c: c.fill(NaN) });
  assertEquals([...c], [0, 0, 0, 0]);
  backend.gemm({ ...common, m: 0, n: 2, k: 3, beta: 0, c: new Float32Array() });
});

Deno.test("CpuBackend.gemm() refuses arrays that native code would run past", () => {
  const backend = new CpuBackend({ heap: createHeap({ maxBytes: 8 * MIB }) });
  const good: GemmOptions = {
    transA: false,
    transB: false,
    m: 2,
    n: 3,
    k: 4,
    alpha: 1,
    beta: 0,
    a: new Float32Array(8),
    lda: 4,
    b: new Float32Array(12),
    ldb: 3,
    c: new Float32Array(6),
    ldc: 3,
  };
  backend.gemm(good);
  const bad: [Partial<GemmOptions>, string][] = [
    [{ a: new Float32Array(7) }, "A [2, 4] with stride 4 takes 8 elements: 7"],
    [{ b: new Float32Array(11) }, "B [4, 3] with stride 3 takes 12 elements: 11"],
    [{ c: new Float32Array(5) }, "C [2, 3] with stride 3 takes 6 elements: 5"],
    [{ lda: 3 }, "stride of A must be an integer of at least its row's length 4: 3"],
    [{ ldc: 3.5 }, "stride of C"],
    [{ m: -1 }, "m must be an integer"],
    [{ k: NaN }, "k must be an integer"],
    [{ n: 2 ** 31 }, "n must be an integer"],
    [{ transA: true, lda: 2, a: new Float32Array(7) }, "A [4, 2]"],
  ];
  for (const [change, message] of bad) {
    assertThrows(() => backend.gemm({ ...good, ...change }), RangeError, message);
  }
});

Deno.test("gemm() of WebAssembly computes right when the heap has no room for its operands", () => {
  const heap = createHeap({ maxBytes: 2 * MIB });
  const { products } = new CpuBackend({ heap });
  while (heap.alloc(65536) !== 0);
  while (heap.alloc(64) !== 0);
  const [a, b, c] = [random(6, 1), random(6, 2), new Float32Array(4)];
  const sizes = { m: 2, n: 2, k: 3, lda: 3, ldb: 2, ldc: 2 };
  const options = { transA: false, transB: false, alpha: 1, beta: 0, a, b, c, ...sizes };
  const expected = tripleLoop(options);
  products.gemm(options);
  for (let i = 0; i < 4; i++) assertAlmostEquals(c[i]!, expected[i]!, 1e-6);
});

Deno.test("checkProducts() tells a library that computes something else", () => {
  const right = { name: "right", path: "", numThreads: 1, gemm: gemmReference };
  assertEquals(checkProducts(right), undefined);
  // As a library would that takes its arguments column by column: it multiplies the transposes.
  const wrong = {
    ...right,
    gemm: (o: GemmOptions) => gemmReference({ ...o, transB: !o.transB, ldb: o.transB ? o.n : o.k }),
  };
  assertEquals(checkProducts(wrong)?.includes("instead of"), true);
  const idle = { ...right, gemm: () => {} };
  assertEquals(checkProducts(idle)?.includes("1x1 by 1x1"), true);
});
