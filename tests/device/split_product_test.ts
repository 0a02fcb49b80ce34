import { assertEquals } from "@std/assert";
import { cutRange } from "../../lib/device/cut_range.ts";
import { type PlacedProduct, splitProduct } from "../../lib/device/split_product.ts";

const PRODUCT: PlacedProduct = {
  bfloat16: false,
  transA: false,
  transB: true,
  m: 100,
  n: 90,
  k: 1000,
  alpha: 1,
  beta: 0,
  a: 1000,
  lda: 1000,
  b: 5000,
  ldb: 1000,
  c: 9000,
  ldc: 90,
};

Deno.test("splitProduct() leaves small products on one thread", () => {
  const small = { ...PRODUCT, k: 10, lda: 10, ldb: 10 };
  assertEquals(splitProduct(small, 4), [
    [0, 0, 1, 100, 90, 10, 1, 1000, 10, 5000, 10, 0, 9000, 90],
  ]);
});

Deno.test("splitProduct() cuts the longer side at multiples of 16", () => {
  // 100 rows for two threads: 64 (the next multiple of 16 from 50) and 36. Row 64 of A lies
  // 64 · 1000 · 4 bytes on, row 64 of C 64 · 90 · 4.
  assertEquals(splitProduct(PRODUCT, 2), [
    [0, 0, 1, 64, 90, 1000, 1, 1000, 1000, 5000, 1000, 0, 9000, 90],
    [0, 0, 1, 36, 90, 1000, 1, 257000, 1000, 5000, 1000, 0, 32040, 90],
  ]);
  // 96 columns of C for two: column 48 of C lies 192 bytes on, row 48 of the transposed B 48 · 1000 · 2
  // as its elements have two bytes.
  const wide = { ...PRODUCT, bfloat16: true, m: 50, n: 96, ldc: 96 };
  assertEquals(splitProduct(wide, 2), [
    [1, 0, 1, 50, 48, 1000, 1, 1000, 1000, 5000, 1000, 0, 9000, 96],
    [1, 0, 1, 50, 48, 1000, 1, 1000, 1000, 101000, 1000, 0, 9192, 96],
  ]);
});

Deno.test("splitProduct() moves along the columns of a transposed A", () => {
  const transposed = { ...PRODUCT, transA: true, lda: 100 };
  const [, second] = splitProduct(transposed, 2);
  assertEquals(second!.slice(7, 9), [1000 + 64 * 4, 100]);
});

Deno.test("cutRange() covers everything once, in order, for any sizes", () => {
  for (const count of [0, 1, 15, 16, 17, 1000]) {
    for (const [grain, align] of [[1, 1], [7, 16], [2000, 4]] as const) {
      for (const threads of [1, 2, 5]) {
        const parts = cutRange({ count, grain, align }, threads);
        let end = 0;
        for (const [from, to] of parts) {
          assertEquals(from, end);
          assertEquals(from % align, 0);
          end = to;
        }
        assertEquals(end, count);
        assertEquals(parts.length <= threads, true);
      }
    }
  }
});
