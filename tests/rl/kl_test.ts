import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { klEstimate, tokenKl } from "../../lib/rl/kl.ts";

const logProb = fc.double({ min: -8, max: 0, noNaN: true });

Deno.test("klEstimate() on one token worked by hand", () => {
  const [p, q] = [Math.log(0.5), Math.log(0.25)]; // r = ref/π = ½, log r = −ln 2
  assertAlmostEquals(klEstimate(p, q, "k1"), Math.LN2, 1e-12);
  assertAlmostEquals(klEstimate(p, q, "k3"), 0.5 - 1 + Math.LN2, 1e-12);
  assertAlmostEquals(klEstimate(p, q, "forward"), -0.5 * Math.LN2 - 0.5 + 1, 1e-12);
});

Deno.test("klEstimate() has the divergence as its mean under the policy", () => {
  const weights = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), {
    minLength: 4,
    maxLength: 4,
  });
  const normalise = (xs: number[]) => xs.map((x) => x / xs.reduce((sum, y) => sum + y));
  fc.assert(fc.property(weights, weights, (some, more) => {
    const [pi, ref] = [normalise(some), normalise(more)];
    const mean = (estimator: "k1" | "k3" | "forward") =>
      pi.reduce((sum, p, i) => sum + p * klEstimate(Math.log(p), Math.log(ref[i]!), estimator), 0);
    const reverse = pi.reduce((sum, p, i) => sum + p * Math.log(p / ref[i]!), 0);
    const forward = ref.reduce((sum, r, i) => sum + r * Math.log(r / pi[i]!), 0);
    assertAlmostEquals(mean("k1"), reverse, 1e-9);
    assertAlmostEquals(mean("k3"), reverse, 1e-9);
    assertAlmostEquals(mean("forward"), forward, 1e-9);
  }));
});

Deno.test("klEstimate() is 0 for equal models; k3 and forward are never negative", () => {
  fc.assert(fc.property(logProb, logProb, (p, q) => {
    for (const estimator of ["k1", "k3", "forward"] as const) {
      assertEquals(klEstimate(p, p, estimator) + 0, 0);
    }
    assert(klEstimate(p, q, "k3") >= 0);
    assert(klEstimate(p, q, "forward") >= -1e-12);
    assertEquals(klEstimate(p, q, "k1") + klEstimate(q, p, "k1"), 0);
  }));
});

Deno.test("klEstimate() far from the base is infinite where it overflows, never not a number", () => {
  for (const estimator of ["k3", "forward"] as const) {
    assertEquals(klEstimate(-800, 0, estimator), Infinity);
    assert(Number.isFinite(klEstimate(-700, 0, estimator)));
  }
  assertEquals(klEstimate(-800, 0, "k1"), -800);
  assertEquals(klEstimate(0, -800, "k3"), 799);
  assertEquals(klEstimate(0, -800, "forward"), 1);
  // r·log r − r + 1 with r = e²: e²·2 − e² + 1
  assertAlmostEquals(klEstimate(-2, 0, "forward"), Math.exp(2) + 1, 1e-12);
});

Deno.test("tokenKl() estimates token by token and refuses lengths that differ", () => {
  assertEquals([...tokenKl([-1, -2], [-1.5, -1], "k1")], [0.5, -1]);
  assertThrows(() => tokenKl([-1], [-1, -2], "k1"), RangeError, "1 and 2");
});
