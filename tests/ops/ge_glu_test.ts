import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { geGlu, geGluReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { assertGradient, assertTwins, normals, onEveryPlace, type Op } from "./twins.ts";

Deno.test("geGlu() is gelu(gate) · up, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // At 1 the polynomial is √(2/π) · 1.044715, tanh of which is 0.682384 (0.841192 of it passes; the exact Φ(1) is
      // 0.841345); at -1 the rest does; far left nothing, far right all of it.
      const gate = tf.tensor2d([[0, 1, -1, -200, 200]]);
      const y = geGlu(gate, tf.tensor2d([[5, 2, 2, 1, 2]]));
      assertClose(y.dataSync(), [0, 2 * 0.841192, -2 * 0.158808, 0, 400], 2e-6);
    });
  });
});

Deno.test("geGlu() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(7);
  for (const [rows, width] of [[1, 1], [1, 2], [3, 1], [5, 7], [40, 33]] as const) {
    const inputs = [normals(random, rows, width), normals(random, rows, width)];
    const name = `geGlu ${rows} ${width}`;
    await assertTwins({ op: geGlu as Op, reference: geGluReference as Op }, inputs, { name });
    if (rows === 5) await assertGradient(geGlu as Op, inputs, { random, name });
  }
});

Deno.test("geGlu() refuses different shapes", () => {
  tf.tidy(() => {
    const [gate, up] = [tf.ones([3, 2]), tf.ones([2, 3])] as [tf.Tensor2D, tf.Tensor2D];
    assertThrows(() => geGlu(gate, up), RangeError, "one shape [N, F]: got [3, 2] and [2, 3]");
  });
});
