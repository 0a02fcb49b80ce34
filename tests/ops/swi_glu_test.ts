import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { swiGlu, swiGluReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { assertGradient, assertTwins, normals, onEveryPlace, type Op } from "./twins.ts";

Deno.test("swiGlu() is gate · σ(gate) · up, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // σ(0) = ½, σ(ln 3) = ¾: 0·½·5 = 0, ln 3·¾·2; far left nothing passes, far right all of it.
      const gate = tf.tensor2d([[0, Math.log(3), -200, 200]]);
      const y = swiGlu(gate, tf.tensor2d([[5, 2, 1, 2]]));
      assertClose(y.dataSync(), [0, 1.5 * Math.log(3), 0, 400], 1e-6);
    });
  });
});

Deno.test("swiGlu() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(7);
  for (const [rows, width] of [[1, 1], [1, 2], [3, 1], [5, 7], [40, 33]] as const) {
    const inputs = [normals(random, rows, width), normals(random, rows, width)];
    const name = `swiGlu ${rows} ${width}`;
    await assertTwins({ op: swiGlu as Op, reference: swiGluReference as Op }, inputs, { name });
    if (rows === 5) await assertGradient(swiGlu as Op, inputs, { random, name });
  }
});

Deno.test("swiGlu() refuses different shapes", () => {
  tf.tidy(() => {
    const [gate, up] = [tf.ones([3, 2]), tf.ones([2, 3])] as [tf.Tensor2D, tf.Tensor2D];
    assertThrows(() => swiGlu(gate, up), RangeError, "one shape [N, F]: got [3, 2] and [2, 3]");
  });
});
