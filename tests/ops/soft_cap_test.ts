import * as tf from "@tensorflow/tfjs";
import { assert, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { softCap, softCapReference } from "../../lib/ops/mod.ts";
import { assertGradient, assertTwins, normals, onEveryPlace } from "./twins.ts";

Deno.test("softCap() is cap · tanh(x / cap), near 0 to the last digits", async () => {
  // tanh(½ ln 3) = (3 − 1) / (3 + 1) = ½.
  const xs = [0, 1e-6, -1e-3, 0.3, 2.49, 2.51, 2 * Math.log(3), -30, 1e4, 3e38, -3e38];
  const cap = 4;
  await onEveryPlace(() => {
    tf.tidy(() => {
      const y = softCap(tf.tensor1d(xs), cap).dataSync();
      for (const [i, x] of xs.entries()) {
        const expected = cap * Math.tanh(Math.fround(x) / cap);
        const error = Math.abs(y[i]! - expected) / Math.max(Math.abs(expected), 1e-30);
        assert(error < 4e-7, `${x}: ${y[i]} for ${expected}`);
      }
      assert(Math.abs(y[6]! - 2) < 1e-6);
    });
  });
});

Deno.test("softCap() equals its reference, and its gradient differences", async () => {
  const random = Random.fromSeed(41);
  for (const shape of [[1], [3, 5], [70, 1001]]) {
    for (const cap of [0.5, 30]) {
      const inputs = [normals(random, ...shape)];
      const name = `softCap ${shape} ${cap}`;
      const [op, reference] = [softCap, softCapReference].map((f) => (x: tf.Tensor) => f(x, cap));
      await assertTwins({ op: op!, reference: reference! }, inputs, { name });
      if (shape.length === 2 && shape[0] === 3) await assertGradient(op!, inputs, { random, name });
    }
  }
});

Deno.test("softCap() refuses caps that bound nothing", () => {
  for (const cap of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => softCap(tf.tensor1d([1]), cap),
      RangeError,
      "Cannot run softCap as softCap must be a positive number",
    );
  }
});
