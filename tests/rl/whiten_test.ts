import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { maskedMoments, whiten } from "../../lib/rl/whiten.ts";

const entries = fc.array(
  fc.record({ value: fc.double({ min: -100, max: 100, noNaN: true }), counts: fc.nat(1) }),
  { minLength: 2, maxLength: 20 },
);

Deno.test("maskedMoments() divides by n − 1", () => {
  // 1, 3, 8: mean 4, squares 9 + 1 + 16 = 26, 26/2 = 13
  assertEquals(maskedMoments([1, 3, 99, 8], [1, 1, 0, 1]), { count: 3, mean: 4, variance: 13 });
  assertEquals(maskedMoments([5]), { count: 1, mean: 5, variance: 0 });
  assertEquals(maskedMoments([5], [0]), { count: 0, mean: 0, variance: 0 });
});

Deno.test("whiten() takes the mean out, or keeps it when asked", () => {
  // mean 4, standard deviation √13
  const s = Math.sqrt(13 + 1e-8);
  const mask = [1, 1, 0, 1];
  const out = whiten([1, 3, 99, 8], { mask });
  assertEquals([...out], [1, 3, 99, 8].map((x, i) => mask[i] === 0 ? 0 : (x - 4) * (1 / s)));
  const kept = whiten([1, 3, 99, 8], { mask, keepMean: true });
  assertEquals([...kept], [...out].map((x, i) => mask[i] === 0 ? 0 : x + 4));
});

Deno.test("whiten() gives mean 0 (or the old mean) and variance 1 inside the mask, 0 outside", () => {
  fc.assert(fc.property(entries, fc.boolean(), (rows, keepMean) => {
    const values = rows.map((row) => row.value);
    const mask = rows.map((row) => row.counts);
    const before = maskedMoments(values, mask);
    fc.pre(before.variance > 1e-3);
    const out = whiten(values, { mask, keepMean });
    const after = maskedMoments(out, mask);
    assertAlmostEquals(after.mean, keepMean ? before.mean : 0, 1e-9);
    // variance / (variance + 1e-8), which is 1 to within 1e-5 for variances above 1e-3
    assertAlmostEquals(after.variance, 1, 2e-5);
    for (const [i, counts] of mask.entries()) if (counts === 0) assertEquals(out[i], 0);
  }));
});

Deno.test("whiten() does not see what the mask hides and keeps order and sign of differences", () => {
  fc.assert(fc.property(entries, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (rows, noise) => {
    const values = rows.map((row) => row.value);
    const mask = rows.map((row) => row.counts);
    const noisy = values.map((value, i) => mask[i] === 0 ? noise : value);
    const out = whiten(values, { mask });
    assertEquals(whiten(noisy, { mask }), out);
    const shown = values.map((value, i) => ({ value, whitened: out[i]! })).filter((_, i) =>
      mask[i]
    );
    shown.sort((x, y) => x.value - y.value);
    for (let i = 1; i < shown.length; i++) {
      assertEquals(shown[i]!.whitened >= shown[i - 1]!.whitened, true);
    }
  }));
});

Deno.test("whiten() of equal values, of one and of none is 0", () => {
  assertEquals([...whiten([3, 3, 3])], [0, 0, 0]);
  assertEquals([...whiten([3])], [0]);
  assertEquals([...whiten([3], { keepMean: true })], [3]);
  assertEquals([...whiten([3, 4], { mask: [0, 0] })], [0, 0]);
  assertEquals([...whiten([])], []);
  assertThrows(() => whiten([1, 2], { mask: [1] }), RangeError, "it has 1");
});
