import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { addBias, addBiasReference } from "../../lib/ops/mod.ts";
import { assertGradient, assertTwins, normals, onEveryPlace, type Op } from "./twins.ts";

Deno.test("addBias() adds the bias to every row, and its gradient sums over rows, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);
      const bias = tf.tensor1d([10, 20, -3]);
      assertEquals([...addBias(x, bias).dataSync()], [11, 22, 0, 14, 25, 3]);
      const [dx, db] = tf.grads((x, b) => addBias(x as tf.Tensor2D, b as tf.Tensor1D).mul(x).sum())(
        [x, bias],
      );
      // Σ (x + b) x: 2 x + b, and by column the sums of x.
      assertEquals([...dx!.dataSync()], [12, 24, 3, 18, 30, 9]);
      assertEquals([...db!.dataSync()], [5, 7, 9]);
    });
  });
});

Deno.test("addBias() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(3);
  for (const [rows, width] of [[1, 1], [7, 1], [1, 5], [5, 7], [40, 33]] as const) {
    const inputs = [normals(random, rows, width), normals(random, width)];
    const name = `addBias ${rows} ${width}`;
    await assertTwins({ op: addBias as Op, reference: addBiasReference as Op }, inputs, { name });
    if (rows === 5) await assertGradient(addBias as Op, inputs, { random, name });
  }
});

Deno.test("addBias() refuses a bias of another width", () => {
  tf.tidy(() => {
    const x = tf.ones([3, 2]) as tf.Tensor2D;
    assertThrows(() => addBias(x, tf.ones([3])), RangeError, "must agree in O: got [3, 2] and [3]");
  });
});
